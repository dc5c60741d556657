package io.hybridingest.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.sum;

import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * What one pass over a micro-batch finds out.
 *
 * @param rowsIn records read, the broken ones too
 * @param problems records that could not be read or decoded
 * @param refused records that go to quarantine, problems among them
 * @param good records for the table
 * @param files files that gave records or problems, 0 in the stream lane
 * @param late records whose event time was behind the watermark
 * @param newest newest time of a Kafka message, null for files
 * @param failures check → records that fail it
 */
record BatchTally(
        long rowsIn,
        long problems,
        long refused,
        long good,
        long files,
        long late,
        Instant newest,
        Map<Check, Long> failures) {

    /** What the commits say about it. */
    RowCounts rows() {
        return new RowCounts(rowsIn, refused, rowsIn - refused - good);
    }

    /** Which records go to quarantine. */
    static Column isRefused(RecordChecks checks) {
        return isProblem().or(functions.not(checks.passesAll(Check.Otherwise.QUARANTINE)));
    }

    /** Which records go into the table. */
    static Column isGood(RecordChecks checks) {
        return functions.not(isRefused(checks)).and(checks.passesAll(Check.Otherwise.DROP));
    }

    static Column isProblem() {
        return col(Envelope.PROBLEM).isNotNull();
    }

    /**
     * Counts in one pass; files only in the batch lane.
     *
     * @param watermark in milliseconds since 1970, 0 where there is none
     */
    static BatchTally of(Dataset<Row> evaluated, RecordChecks checks, Lane lane, long watermark) {
        // Counting distinct values takes a shuffle, which a small micro-batch of messages would feel.
        Column files = lane == Lane.BATCH ? count_distinct(substring_index(col(Envelope.ORIGIN), "#", 1)) : lit(0L);
        List<Column> columns = new ArrayList<>(List.of(
                count(lit(1)),
                countWhere(isProblem()),
                countWhere(isRefused(checks)),
                countWhere(isGood(checks)),
                files,
                countWhere(coalesce(col(Envelope.EVENT_MILLIS).lt(watermark), lit(false))),
                max(Envelope.EVENT_MILLIS)));
        int first = columns.size();
        for (Check check : checks.checks()) {
            columns.add(countWhere(functions.not(isProblem()).and(functions.not(checks.passes(check)))));
        }
        Row counts = evaluated
                .agg(columns.get(0), columns.subList(1, columns.size()).toArray(Column[]::new))
                .first();
        Map<Check, Long> failures = new LinkedHashMap<>();
        for (Check check : checks.checks()) {
            failures.put(check, counts.getLong(first + failures.size()));
        }
        return new BatchTally(
                counts.getLong(0),
                counts.getLong(1),
                counts.getLong(2),
                counts.getLong(3),
                counts.getLong(4),
                counts.getLong(5),
                counts.isNullAt(6) ? null : Instant.ofEpochMilli(counts.getLong(6)),
                failures);
    }

    private static Column countWhere(Column condition) {
        return coalesce(sum(condition.cast("bigint")), lit(0L));
    }
}
