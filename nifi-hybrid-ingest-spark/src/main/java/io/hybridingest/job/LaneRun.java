package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.DataInterval;
import io.hybridingest.job.ledger.Generation;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.ledger.QuarantineWatch;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.report.BatchCounts;
import io.hybridingest.job.report.RunReport;
import io.hybridingest.job.source.PinnedTopic;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What the micro-batches of one query share beside their records: who they are, how far the source was read, and whether
 * they may write at all. Used by the query's thread only, but for the gate and the report, which are safe.
 *
 * @param pipeline name of the pipeline
 * @param lane the lane
 * @param epoch epoch of this launch
 * @param interval data interval, null where there is none
 * @param checkpoint checkpoint of the query
 * @param generation the checkpoint's generation
 * @param ledger ledger of the table that the query writes
 * @param quarantine the quarantine table as this lane follows it
 * @param topic the topic that is read, null for files
 * @param gate where batches wait when the run is asked to stop
 * @param report the run's report, null where the run was started by hand
 */
record LaneRun(
        String pipeline,
        Lane lane,
        long epoch,
        DataInterval interval,
        Path checkpoint,
        Generation generation,
        TableLedger ledger,
        QuarantineWatch quarantine,
        PinnedTopic topic,
        StopGate gate,
        RunReport report) {
    /** Spark tells the query's tasks, and this thread, which query they belong to. */
    private static final String QUERY_ID = "sql.streaming.queryId";

    /**
     * Lets a micro-batch begin: not after the run was asked to stop, and not where a newer run has written.
     *
     * @param session the query's own session
     */
    void begin(SparkSession session) throws InterruptedException {
        gate.pass();
        ledger.requireNewest(epoch);
        // Spark switches it off for the stateful parts of streaming plans, of which this one has none.
        session.conf().set("spark.sql.adaptive.enabled", "true");
        // What a micro-batch keeps in memory is gone when it ends: packing it costs more than it saves. Files may be
        // many.
        session.conf().set("spark.sql.inMemoryColumnarStorage.compressed", lane != Lane.STREAM);
    }

    /** Makes sure that what was read may be written: that it is the topic's whose offsets the table keeps. */
    void requireSource() throws InterruptedException {
        if (topic != null) {
            topic.require();
        }
    }

    /** What Spark has planned for a micro-batch of messages. */
    PlannedBatch planned(SparkSession session, long batchId) {
        return lane == Lane.STREAM
                ? PlannedBatch.of(checkpoint, batchId, session.sessionState().newHadoopConf())
                : PlannedBatch.NONE;
    }

    /** What the commits of this micro-batch say about themselves. */
    CommitMetadata metadata(long batchId, PlannedBatch planned, long files, RowCounts rows) {
        return new CommitMetadata(
                pipeline,
                lane,
                epoch,
                generation.number(),
                batchId,
                planned.offsets(),
                lane == Lane.BATCH ? Long.valueOf(files) : null,
                rows,
                interval,
                topic == null ? new TreeMap<>() : topic.ids(),
                null);
    }

    /** What a commit to the table says, after the quarantine table has what is meant for it. */
    CommitMetadata withQuarantine(CommitMetadata metadata) {
        return metadata.withQuarantine(quarantine.mark(epoch));
    }

    /** Tells the report what became of a micro-batch. */
    void counted(SparkSession session, long batchId, BatchCounts counts) {
        String query = session.sparkContext().getLocalProperty(QUERY_ID);
        Optional.ofNullable(report).ifPresent(open -> open.counted(query, batchId, counts));
    }
}
