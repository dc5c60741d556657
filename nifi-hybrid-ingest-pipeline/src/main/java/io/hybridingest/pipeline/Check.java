package io.hybridingest.pipeline;

/**
 * A condition that every record is held against, in both lanes.
 *
 * @param name short name, unique in the pipeline; the reason code of a failing record
 * @param require Spark SQL condition; a record for which it is false or null fails the check
 * @param otherwise what happens to a record that fails
 */
public record Check(String name, String require, Otherwise otherwise) {
    /** What happens to a record that fails a check. */
    public enum Otherwise {
        /** It goes to the quarantine table with the check's name as reason. */
        QUARANTINE,
        /** It is left out and counted. */
        DROP,
        /** The job stops with an error that names the record. */
        FAIL,
        /** It is kept and counted. */
        WARN
    }
}
