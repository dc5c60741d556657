package io.hybridingest.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.report.BatchCounts;
import io.hybridingest.job.sink.Attempts;
import io.hybridingest.job.sink.BatchTime;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.sink.StagedRows;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.Check;
import io.hybridingest.pipeline.SystemFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * One micro-batch of either lane: checks, quarantine, transform, table.
 *
 * <p>The quarantine table is written first. Its commit and the table's are both safe to repeat, so the order decides only
 * what a crash in between leaves behind: as it is, the table's commit, which carries the offsets, says that everything
 * before them has arrived somewhere.
 */
final class RecordBatches implements VoidFunction2<Dataset<Row>, Long> {
    /** Exact, as a replay reads it again: Spark's own format ends at the millisecond. */
    private static final Map<String, String> JSON = Map.of(
            "ignoreNullFields", "false",
            "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    private final LaneRun run;
    private final RecordChecks checks;
    private final RecordTransform transform;
    private final TableSink table;
    private final QuarantineSink quarantine;
    private final Column[] recordColumns;
    private final Attempts onePass = new Attempts();

    RecordBatches(
            LaneRun run,
            RecordChecks checks,
            RecordTransform transform,
            TableSink table,
            QuarantineSink quarantine,
            List<String> recordColumns) {
        this.run = run;
        this.checks = checks;
        this.transform = transform;
        this.table = table;
        this.quarantine = quarantine;
        this.recordColumns =
                recordColumns.stream().map(name -> col("`" + name + "`")).toArray(Column[]::new);
    }

    @Override
    public void call(Dataset<Row> batch, Long batchId) throws InterruptedException {
        run.begin(batch.sparkSession());
        PlannedBatch planned = run.planned(batch.sparkSession(), batchId);
        Dataset<Row> evaluated = checks.evaluate(batch);
        Optional<BatchCounts> counts =
                onePass.isWorthTrying() ? inOnePass(evaluated, batchId, planned) : Optional.empty();
        run.counted(
                batch.sparkSession(),
                batchId,
                counts.isPresent() ? counts.get() : inSeveralPasses(evaluated, batchId, planned, this::insert));
    }

    /**
     * Puts the good ones of these records in the place of rows of the table, in one commit; refused ones go to quarantine.
     *
     * @param rows SQL condition over the table
     */
    void replace(Dataset<Row> records, long batchId, String rows) throws InterruptedException {
        run.begin(records.sparkSession());
        run.counted(
                records.sparkSession(),
                batchId,
                inSeveralPasses(
                        checks.evaluate(records),
                        batchId,
                        PlannedBatch.NONE,
                        (good, metadata, at) -> table.replace(good, metadata, at, rows)));
    }

    /**
     * Reads, checks, transforms and writes each record in one go, on the supposition that all are fit for the table and new to it.
     *
     * @return empty, and nothing has happened, where it is not so
     */
    private Optional<BatchCounts> inOnePass(Dataset<Row> evaluated, long batchId, PlannedBatch planned)
            throws InterruptedException {
        TaskNotes<ReadNotes> notes = TaskNotes.begin(evaluated.sparkSession(), ReadNotes.blank(planned.watermark()));
        Dataset<Row> rows = transform.apply(
                evaluated.where(ReadNotes.noting(notes, checks, run.lane())).select(recordColumns));
        Optional<StagedRows> written = table.stage(rows, run.lane(), Instant.now());
        if (written.isEmpty()) {
            return Optional.empty();
        }
        StagedRows staged = written.get();
        ReadNotes.Summary read = ReadNotes.summary(notes.all());
        boolean isClean = read.isClean() && read.records() == staged.rows();
        onePass.tried(isClean);
        if (!isClean || read.records() == 0) {
            staged.discard();
            return isClean ? Optional.of(new BatchCounts(0, 0, 0, 0, 0, null)) : Optional.empty();
        }
        run.requireSource();
        OptionalLong inserted = staged.commit(run.metadata(
                batchId,
                planned,
                read.files(),
                new RowCounts(read.records(), 0, 0).withTombstones(staged.tombstones())));
        return inserted.isPresent()
                ? Optional.of(new BatchCounts(read.records(), inserted.getAsLong(), 0, 0, read.late(), read.newest()))
                : Optional.empty();
    }

    /** How good records come into the table; returns rows that were new. */
    @FunctionalInterface
    private interface TableWrite {
        long write(Dataset<Row> rows, CommitMetadata metadata, Instant at);
    }

    /** Keeps the records, finds out what they are, and writes each kind where it belongs. */
    private BatchCounts inSeveralPasses(Dataset<Row> unkept, long batchId, PlannedBatch planned, TableWrite tableWrite)
            throws InterruptedException {
        Dataset<Row> evaluated = unkept.persist(kept());
        try {
            BatchTally tally = BatchTally.of(evaluated, checks, run.lane(), planned.watermark());
            run.requireSource();
            CheckReport.report(evaluated, checks, tally);
            Dataset<Row> rows =
                    transform.apply(evaluated.where(BatchTally.isGood(checks)).select(recordColumns));
            long tombstones = tally.good() == 0 ? 0 : table.tombstones(rows);
            CommitMetadata metadata =
                    run.metadata(batchId, planned, tally.files(), tally.rows().withTombstones(tombstones));
            Instant at = Instant.now();
            long quarantined = tally.refused() == 0 ? 0 : quarantine.write(refused(evaluated, tally, at), metadata);
            long inserted = tableWrite.write(rows, metadata, at);
            return new BatchCounts(
                    tally.rowsIn(), inserted, tally.good() - inserted, quarantined, tally.late(), tally.newest());
        } finally {
            evaluated.unpersist();
        }
    }

    private long insert(Dataset<Row> rows, CommitMetadata metadata, Instant at) {
        if (metadata.rows().forTable() > 0) {
            return table.write(rows, metadata, at);
        }
        if (metadata.rows().in() > 0) {
            table.record(rows.sparkSession(), metadata);
        }
        return 0;
    }

    /**
     * Where a micro-batch lies between its passes. One of messages has a limit, one of files is as large as they are: in memory it would leave
     * too little for its sorting and its look-up.
     */
    private StorageLevel kept() {
        return run.lane() == Lane.BATCH || run.lane() == Lane.BACKFILL
                ? StorageLevel.DISK_ONLY()
                : StorageLevel.MEMORY_AND_DISK();
    }

    private Dataset<Row> refused(Dataset<Row> evaluated, BatchTally tally, Instant at) {
        Dataset<Row> failing =
                failingChecks(evaluated.where(BatchTally.isRefused(checks).and(not(BatchTally.isProblem()))), at);
        return tally.problems() == 0
                ? failing
                : failing.unionByName(QuarantineSink.ofProblems(evaluated.where(BatchTally.isProblem()), at));
    }

    private Dataset<Row> failingChecks(Dataset<Row> records, Instant at) {
        Column[] reasons = checks.checks().stream()
                .filter(check -> check.otherwise() == Check.Otherwise.QUARANTINE)
                .map(check -> when(
                        not(checks.passes(check)),
                        QuarantineSink.reason(lit(check.name()), lit("The record does not meet: " + check.require()))))
                .toArray(Column[]::new);
        Column present =
                reasons.length == 0 ? array(QuarantineSink.reason(lit(""), lit(""))) : array_compact(array(reasons));
        Column json = to_json(struct(recordColumns), JSON);
        return records.select(
                col(SystemFields.INGEST_ID).as("quarantine_id"),
                col(SystemFields.INGEST_ID).as("ingest_id"),
                lit("check").as("stage"),
                present.as("reasons"),
                encode(json, "UTF-8").as("original"),
                col(Envelope.ORIGIN).as("source"),
                BatchTime.column(at, col(Envelope.ORIGIN)).as("quarantined_at"));
    }
}
