package io.hybridingest.pipeline;

import java.util.List;

/**
 * The Delta table that both lanes write.
 *
 * @param path directory or Hadoop path of the table
 * @param quarantinePath directory or Hadoop path of the quarantine table, by default {@code path} + {@code _quarantine}
 * @param write how a record meets a row of the same identity
 * @param partitionBy columns of the transform's result
 * @param tombstone how records delete rows, null where none does
 */
public record Table(String path, String quarantinePath, Write write, List<String> partitionBy, Tombstone tombstone) {
    public Table {
        partitionBy = List.copyOf(partitionBy);
    }

    /** How a record meets a row of the same identity. */
    public enum Write {
        /** Inserted once: the first one stays. */
        APPEND,
        /** The newest event time wins. */
        UPSERT
    }
}
