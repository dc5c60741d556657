package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Column;

/**
 * What one pass over a micro-batch finds out.
 *
 * @param rowsIn records read, the broken ones too
 * @param refused records that go to quarantine, those that could not be read or decoded among them
 * @param good records for the table
 * @param files files that gave records or problems, 0 in the stream lane
 * @param late records whose event time was behind the watermark
 * @param newest newest time of a Kafka message, null for files
 * @param failures check → records that fail it, more than none
 */
record BatchTally(
        long rowsIn, long refused, long good, long files, long late, Instant newest, Map<Check, Long> failures) {

    /** What the commits say about it. */
    RowCounts rows() {
        return new RowCounts(rowsIn, refused, rowsIn - refused - good);
    }

    /** Which records go to quarantine. */
    static Column isRefused(RecordChecks checks) {
        return isProblem().or(not(checks.passesAll(Check.Otherwise.QUARANTINE)));
    }

    /** Which records go into the table. */
    static Column isGood(RecordChecks checks) {
        return not(isRefused(checks)).and(checks.passesAll(Check.Otherwise.DROP));
    }

    static Column isProblem() {
        return col(Envelope.PROBLEM).isNotNull();
    }
}
