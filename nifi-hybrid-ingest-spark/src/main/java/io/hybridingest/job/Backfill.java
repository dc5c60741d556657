package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.hybridingest.job.ledger.DataInterval;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the records of a window of event time through checks and transform of the present definition, from a source that has all of them, as
 * after a repair of the transform. They are merged into the table like any others, or take the place of the window's rows.
 */
final class Backfill {
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
    private static final long ONLY_BATCH = 0;

    private final PipelineDefinition definition;
    private final LaneRun run;
    private final RecordBatches batches;
    private final RecordTransform transform;

    Backfill(PipelineDefinition definition, LaneRun run, RecordBatches batches, RecordTransform transform) {
        this.definition = definition;
        this.run = run;
        this.batches = batches;
        this.transform = transform;
    }

    /**
     * Does the window again.
     *
     * @param source records of all times, with those that cannot be read
     * @param replace whether the window's rows make room for them
     * @param now what the clock says
     * @throws UsageException where fresh records may still come into the window, or where replacing could leave an identity twice
     */
    void run(Dataset<Row> source, boolean replace, Instant now) throws InterruptedException {
        requireClosed(now);
        long unreadable = source.where(BatchTally.isProblem()).count();
        if (unreadable > 0) {
            LOG.warn(
                    "{} records or files of the source cannot be read and are left out; land them, and the batch lane puts them into quarantine",
                    unreadable);
        }
        Column eventTime = col(quoted(definition.eventTime().field()));
        Dataset<Row> window = source.where(not(BatchTally.isProblem())).where(within(eventTime));
        if (replace) {
            batches.replace(window, ONLY_BATCH, rowsOfWindow());
        } else {
            batches.call(window, ONLY_BATCH);
        }
    }

    private void requireClosed(Instant now) {
        Duration lateAfter = definition.eventTime().lateAfter();
        Instant closed = now.minus(lateAfter);
        if (run.interval().end().isAfter(closed)) {
            throw new UsageException(
                    "The window until %s is still open: records of up to %s ago take the stream lane. End it at %s at the latest, or wait"
                            .formatted(run.interval().end(), lateAfter, closed));
        }
    }

    /** The window as a condition over the table's columns. */
    private String rowsOfWindow() {
        requireIdentityOfOneWindow();
        String eventTime = transform
                .eventTime()
                .orElseThrow(() -> new UsageException(
                        "--replace needs the event time %s in the table, which the transform does not pass on as it came"
                                .formatted(definition.eventTime().field())));
        DataInterval interval = run.interval();
        return "cast(%1$s AS TIMESTAMP) >= TIMESTAMP '%2$s' AND cast(%1$s AS TIMESTAMP) < TIMESTAMP '%3$s'"
                .formatted(eventTime, interval.start(), interval.end());
    }

    /** Else the same identity could be in the table with another event time, outside of the window, and inside once more. */
    private void requireIdentityOfOneWindow() {
        String field = definition.eventTime().field();
        if (!(definition.identity() instanceof Identity.Fields fields
                && fields.paths().contains(field))) {
            throw new UsageException(
                    "--replace needs an identity that has the event time %s among its fields, or a record could be in two windows. Without --replace the records are merged"
                            .formatted(field));
        }
    }

    private Column within(Column eventTime) {
        DataInterval interval = run.interval();
        Column instant = eventTime.cast(DataTypes.TimestampType);
        return instant.geq(lit(Timestamp.from(interval.start()))).and(instant.lt(lit(Timestamp.from(interval.end()))));
    }

    private static String quoted(String path) {
        return Arrays.stream(path.split("\\.")).map(part -> "`" + part + "`").collect(Collectors.joining("."));
    }
}
