package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.QueryCheckpoint;
import io.hybridingest.job.ledger.SourceOffsets;
import io.hybridingest.job.ledger.StreamStart;
import io.hybridingest.job.ledger.TopicState;
import io.hybridingest.job.sink.TableSink;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens before the stream's query starts: checkpoint, table and topic are held against each other, and the table
 * gets a commit that says who writes from now on, and from which offsets. A run that was replaced and is in the midst of a
 * write thereby fails, as does one that wakes up later.
 */
final class StreamOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StreamOpening.class);
    private static final long NO_BATCH = -1;

    private final SparkSession spark;
    private final TableSink table;
    private final TopicState topic;
    private final StreamStart start;
    private final QueryCheckpoint checkpoint;

    /**
     * Decides where to begin; nothing is changed yet but a checkpoint that cannot be used, which is put out of the way.
     *
     * @throws DataLossException where records are gone, and nobody has accepted it
     * @throws StaleCheckpointException where the checkpoint contradicts the table
     */
    StreamOpening(
            SparkSession spark,
            TableSink table,
            Path checkpointPath,
            StreamStart.Topic topic,
            StreamStart.Tables tables,
            StreamStart.Wishes wishes)
            throws InterruptedException {
        this.spark = spark;
        this.table = table;
        this.checkpoint =
                new QueryCheckpoint(checkpointPath, spark.sessionState().newHadoopConf());
        StreamStart.Decision decision = StreamStart.decide(checkpoint, tables, topic, wishes);
        this.start = decision.start();
        this.topic = decision.topic();
        if (start instanceof StreamStart.Refuse refused) {
            throw refused.isLoss() ? new DataLossException(refused.why()) : new StaleCheckpointException(refused.why());
        }
        if (start instanceof StreamStart.Begin && checkpoint.isUsed()) {
            checkpoint.setAside();
        }
    }

    /** The topic that the stream begins to read. */
    TopicState topic() {
        return topic;
    }

    /**
     * Says in the table who writes from now on.
     *
     * @return JSON for the option {@code startingOffsets}, which counts only for a new checkpoint
     */
    String claim(LaneRun run) {
        checkpoint.keep(topic.id());
        if (start instanceof StreamStart.Begin begin) {
            LOG.info(
                    "{}; generation {} from offsets {}",
                    begin.why(),
                    run.generation().number(),
                    begin.offsets());
            commit(run, begin.offsets(), NO_BATCH, begin.acceptedLoss());
            return SourceOffsets.toJson(offsets(begin.offsets()));
        }
        Optional<CommitMetadata> newest = run.ledger().newest();
        SortedMap<Integer, Long> held =
                newest.map(commit -> commit.offsets().get(topic.name())).orElseGet(TreeMap::new);
        boolean isKnown = newest.filter(commit -> commit.epoch() >= run.epoch())
                .map(commit -> topic.id().equals(commit.topicIds().get(topic.name())))
                .orElse(false);
        if (!isKnown) {
            commit(run, held, newest.map(CommitMetadata::batchId).orElse(NO_BATCH), null);
        }
        return "earliest";
    }

    private void commit(LaneRun run, SortedMap<Integer, Long> offsets, long batchId, String acceptedLoss) {
        table.claim(
                spark,
                run.withQuarantine(new CommitMetadata(
                        run.pipeline(),
                        run.lane(),
                        run.epoch(),
                        run.generation().number(),
                        batchId,
                        offsets(offsets),
                        null,
                        RowCounts.NONE,
                        null,
                        new TreeMap<>(java.util.Map.of(topic.name(), topic.id())),
                        acceptedLoss)));
        run.ledger().requireNewest(run.epoch());
    }

    private SortedMap<String, SortedMap<Integer, Long>> offsets(SortedMap<Integer, Long> offsets) {
        SortedMap<String, SortedMap<Integer, Long>> ofTopic = new TreeMap<>();
        if (!offsets.isEmpty()) {
            ofTopic.put(topic.name(), offsets);
        }
        return ofTopic;
    }
}
