package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.Generation;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.ledger.QuarantineWatch;
import io.hybridingest.job.ledger.QueryCheckpoint;
import io.hybridingest.job.ledger.SourceOffsets;
import io.hybridingest.job.ledger.StreamStart;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.report.RunReport;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.source.Containers;
import io.hybridingest.job.source.KafkaMessages;
import io.hybridingest.job.source.KafkaSource;
import io.hybridingest.job.source.KafkaTopic;
import io.hybridingest.job.source.PinnedTopic;
import io.hybridingest.job.source.UnreadableFiles;
import io.hybridingest.job.source.WriterSchemas;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.Batch;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streaming queries of a lane. Both lanes are the same plan with another source; the batch lane runs it until all that
 * has landed is read.
 */
final class LaneQueries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneQueries.class);
    private static final String STREAM = "stream";
    private static final String BATCH = "batch-records";
    private static final String BATCH_QUARANTINE = "batch-quarantine";
    private static final String BATCH_UNREADABLE = "batch-unreadable";
    private static final long NO_BATCH = -1;
    private static final long TOPIC_LOOK_SECONDS = 2;

    private final SparkSession spark;
    private final PipelineDefinition definition;
    private final JobOptions options;
    private final JobSettings settings;
    private final StopGate gate;
    private final RunReport report;
    private final Configuration hadoop;
    private final StructType recordColumns;
    private final RecordChecks checks;
    private final RecordTransform transform;
    private final TableLedger tableLedger;
    private final TableLedger quarantineLedger;
    private final TableSink table;
    private final WriterSchemas schemas;
    private final QuarantineSink quarantine;
    private final QuarantineWatch watch;
    private KafkaTopic topic;
    private OffsetPublisher publisher;

    private LaneQueries(
            SparkSession spark,
            PipelineDefinition definition,
            JobOptions options,
            JobSettings settings,
            StopGate gate,
            RunReport report) {
        this.spark = spark;
        this.definition = definition;
        this.options = options;
        this.settings = settings;
        this.gate = gate;
        this.report = report;
        this.hadoop = spark.sessionState().newHadoopConf();
        this.recordColumns = AvroBodies.columns(spark, definition.wireSchema().toString());
        this.checks = RecordChecks.validated(spark, definition.checks(), recordColumns);
        this.transform = RecordTransform.validated(spark, definition, recordColumns);
        requireTableOfCheckpoint();
        this.tableLedger = ledger(definition.table().path());
        this.quarantineLedger = ledger(definition.table().quarantinePath());
        this.table = TableSink.open(spark, definition.table(), transform, tableLedger);
        this.schemas = WriterSchemas.keep(definition.table().path(), definition.wireSchema(), hadoop);
        this.quarantine = QuarantineSink.open(spark, definition, quarantineLedger);
        this.watch = new QuarantineWatch(quarantine.tableId(spark), quarantineLedger);
    }

    /** Holds the definition against Spark, and opens both tables. Nothing is read yet. */
    static LaneQueries open(
            SparkSession spark,
            PipelineDefinition definition,
            JobOptions options,
            JobSettings settings,
            StopGate gate,
            RunReport report) {
        return new LaneQueries(spark, definition, options, settings, gate, report);
    }

    private void requireTableOfCheckpoint() {
        // A replay has no checkpoint, but what the batch lane says of a lost table counts for it too.
        Path checkpoint = checkpoint(options.lane() == Lane.STREAM ? STREAM : BATCH);
        if (!TableSink.exists(spark, definition.table())
                && SourceOffsets.newestBatch(new Path(checkpoint, "commits"), hadoop)
                        .isPresent()) {
            throw new StaleCheckpointException(checkpoint, definition.table().path());
        }
    }

    /** Runs until stopped or failed. */
    void runStream() throws Exception {
        if (!settings.kafka().containsKey("bootstrap.servers")) {
            throw new UsageException("Set " + JobSettings.KAFKA + "bootstrap.servers");
        }
        topic = new KafkaTopic(definition.stream().topic(), settings.kafka());
        if (!awaitTopic()) {
            return;
        }
        StreamOpening opening = new StreamOpening(spark, table, checkpoint(STREAM), topic, tables(), wishes());
        LaneRun run = laneRun(STREAM, tableLedger, new PinnedTopic(topic, opening.topic()));
        run.ledger().requireNewest(run.epoch());
        KafkaSource source = new KafkaSource(
                definition.stream().topic(),
                settings.kafka(),
                opening.claim(run),
                settings.maxOffsetsPerTrigger(),
                definition.eventTime().lateAfter());
        publishOffsets(run);
        Dataset<Row> records = KafkaMessages.decode(source.stream(spark), definition, schemas);
        Trigger trigger = Trigger.ProcessingTime(definition.stream().trigger().toMillis());
        gate.awaitEnd(start(run, STREAM, records, recordBatches(run), trigger));
    }

    private void publishOffsets(LaneRun run) {
        publisher = new OffsetPublisher(
                () -> SourceOffsets.reached(run.ledger().newest(), run.generation(), run.checkpoint(), hadoop),
                () -> run.ledger().requireNewest(run.epoch()),
                ends -> topic.publish(definition.name(), ends));
        spark.streams().addListener(publisher);
        publisher.begin(settings.offsetRefreshInterval());
    }

    /** A publisher makes the topic with its first record; until then there is nothing to do. False where the run is stopped before. */
    private boolean awaitTopic() throws InterruptedException {
        boolean isThere = topic.isThere();
        if (!isThere) {
            LOG.info("There is no topic {} yet; waiting for it", topic.name());
        }
        while (!isThere && !gate.isClosed()) {
            gate.awaitClosed(TOPIC_LOOK_SECONDS, TimeUnit.SECONDS);
            isThere = topic.isThere();
        }
        return isThere;
    }

    private StreamStart.Tables tables() {
        return new StreamStart.Tables() {
            @Override
            public Optional<CommitMetadata> newest() {
                return newestCommit();
            }

            @Override
            public Optional<QuarantineWatch.SetBack> quarantineSetBackSince(Optional<CommitMetadata> commit) {
                return watch.since(commit);
            }
        };
    }

    private StreamStart.Wishes wishes() {
        return new StreamStart.Wishes(
                settings.startingOffsets().equals("latest"),
                options.acceptLoss() || settings.acceptDataLoss(),
                options.restartFrom());
    }

    /** Reads everything that has landed, then returns. What quarantine brings never waits for the records, nor they for it. */
    void runBatch() throws Exception {
        requireQuarantineToHaveWhatWasRead();
        Exception first = null;
        for (Callable<Void> part :
                List.<Callable<Void>>of(this::readRecords, this::readQuarantined, this::readUnreadable)) {
            try {
                if (!gate.isClosed()) {
                    part.call();
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Void readRecords() throws Exception {
        requireTheTableToHaveWhatWasRead();
        LaneRun run = laneRun(BATCH, tableLedger, null);
        Dataset<Row> records =
                Containers.records(spark, landing(Batch.RECORDS), settings.maxFilesPerTrigger(), definition);
        gate.awaitEnd(start(run, BATCH, records, recordBatches(run), Trigger.AvailableNow()));
        return null;
    }

    /** Reads all that landed once more where the quarantine table was set back or made anew: what both tables still have is not inserted twice. */
    private void requireQuarantineToHaveWhatWasRead() {
        if (watch.since(newestCommit()).isEmpty()) {
            return;
        }
        LOG.warn(
                "The quarantine table {} was set back or made anew: all that landed and is still there is read again",
                definition.table().quarantinePath());
        for (String child : List.of(BATCH, BATCH_QUARANTINE, BATCH_UNREADABLE)) {
            new QueryCheckpoint(checkpoint(child), hadoop).setAside();
        }
        LaneRun run = laneRun(BATCH, tableLedger, null);
        table.claim(spark, run.withQuarantine(run.metadata(NO_BATCH, PlannedBatch.NONE, 0, RowCounts.NONE)));
    }

    /** Reads all that landed once more where the table was set back: what it still has is not inserted twice. */
    private void requireTheTableToHaveWhatWasRead() {
        QueryCheckpoint checkpoint = new QueryCheckpoint(checkpoint(BATCH), hadoop);
        if (checkpoint.isAheadOf(this::newestCommit)) {
            LOG.warn(
                    "The table {} lacks micro-batches that were finished, as one does that was restored: all that landed and is still there is read again",
                    definition.table().path());
            checkpoint.setAside();
        }
    }

    /** The lane's newest commit in the table at this moment. */
    private Optional<CommitMetadata> newestCommit() {
        tableLedger.requireNewest(settings.epoch());
        return tableLedger.newest();
    }

    private Void readQuarantined() throws Exception {
        Dataset<Row> records = Containers.quarantined(spark, landing(Batch.QUARANTINE), settings.maxFilesPerTrigger());
        readQuarantine(BATCH_QUARANTINE, records);
        return null;
    }

    private Void readUnreadable() throws Exception {
        StructType columns = QuarantineSink.recordColumns(spark);
        readQuarantine(
                BATCH_UNREADABLE,
                UnreadableFiles.quarantined(spark, landing(Batch.UNREADABLE), settings.maxFilesPerTrigger(), columns));
        return null;
    }

    private void readQuarantine(String name, Dataset<Row> records) throws Exception {
        LaneRun run = laneRun(name, quarantineLedger, null);
        List<String> columns = List.of(QuarantineSink.recordColumns(spark).fieldNames());
        QuarantineBatches batches = new QuarantineBatches(run, quarantine, columns);
        gate.awaitEnd(start(run, name, records, batches, Trigger.AvailableNow()));
    }

    private RecordBatches recordBatches(LaneRun run) {
        return new RecordBatches(run, checks, transform, table, quarantine, List.of(recordColumns.fieldNames()));
    }

    private StreamingQuery start(
            LaneRun run, String name, Dataset<Row> records, VoidFunction2<Dataset<Row>, Long> batches, Trigger trigger)
            throws Exception {
        return records.writeStream()
                .queryName(definition.name() + "-" + name)
                .option("checkpointLocation", run.checkpoint().toString())
                .trigger(trigger)
                .foreachBatch(batches)
                .start();
    }

    /** Takes quarantined records through the present definition, once. */
    void replay() throws InterruptedException {
        LaneRun run = laneRun("replay", tableLedger, null);
        new QuarantineReplay(spark, definition, run, checks, transform, table, quarantine, schemas)
                .run(Optional.ofNullable(options.where()));
    }

    /** Takes the records of a window of event time through the present definition once more. */
    void backfill() throws InterruptedException {
        LaneRun run = laneRun("backfill", tableLedger, null);
        Path source = options.source() == null ? landing(Batch.RECORDS) : new Path(options.source());
        new Backfill(definition, run, recordBatches(run), transform)
                .run(Containers.allRecords(spark, source, definition), options.replace(), Instant.now());
    }

    private LaneRun laneRun(String child, TableLedger ledger, PinnedTopic pinned) {
        Path checkpoint = checkpoint(child);
        return new LaneRun(
                definition.name(),
                options.lane(),
                settings.epoch(),
                options.interval(),
                checkpoint,
                Generation.of(checkpoint, ledger, hadoop),
                ledger,
                watch,
                pinned,
                gate,
                report);
    }

    private TableLedger ledger(String path) {
        return TableLedger.open(path, definition.name(), options.lane(), hadoop);
    }

    private Path checkpoint(String child) {
        Path base = settings.checkpoint() == null
                ? new Path(definition.table().path(), "_checkpoints")
                : new Path(settings.checkpoint());
        return new Path(base, child);
    }

    private Path landing(String child) {
        return new Path(definition.batch().landing(), child);
    }

    @Override
    public void close() {
        if (publisher != null) {
            publisher.close();
        }
        if (topic != null) {
            topic.close();
        }
    }
}
