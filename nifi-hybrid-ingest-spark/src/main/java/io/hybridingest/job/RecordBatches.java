package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.report.BatchCounts;
import io.hybridingest.job.sink.Attempts;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.sink.StagedRows;
import io.hybridingest.job.sink.TableSink;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.job.transform.RecordTransform;
import java.time.Instant;
import java.util.List;
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
    private final LaneRun run;
    private final RecordChecks checks;
    private final RecordTransform transform;
    private final TableSink table;
    private final QuarantineSink quarantine;
    private final RefusedRecords refused;
    private final Column[] recordColumns;

    /** Of micro-batches whose refused records are few enough for the driver. */
    private final Attempts fewRefused = new Attempts();

    /** Records of the micro-batch before: about as many as are to come. */
    private long rowsBefore = Long.MAX_VALUE;

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
        this.refused = new RefusedRecords(checks, this.recordColumns);
    }

    @Override
    public void call(Dataset<Row> batch, Long batchId) throws InterruptedException {
        run.begin(batch.sparkSession());
        PlannedBatch planned = run.planned(batch.sparkSession(), batchId);
        Dataset<Row> evaluated = checks.evaluate(batch);
        Optional<BatchCounts> counts = inOnePass(evaluated, batchId, planned);
        BatchCounts told =
                counts.isPresent() ? counts.get() : inSeveralPasses(evaluated, batchId, planned, this::insert);
        rowsBefore = told.rowsIn();
        run.counted(batch.sparkSession(), batchId, told);
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
     * Reads, checks, transforms and writes each record in one go, on the supposition that what is fit for the table is new to it. Refused records
     * are few, and come to the driver meanwhile.
     *
     * @return empty, and nothing has happened, where it is not so
     */
    private Optional<BatchCounts> inOnePass(Dataset<Row> evaluated, long batchId, PlannedBatch planned)
            throws InterruptedException {
        if (!fewRefused.isWorthTrying()) {
            return Optional.empty();
        }
        Instant at = Instant.now();
        TaskNotes<ReadNotes> notes = ReadNotes.begin(evaluated, checks, planned.watermark());
        Dataset<Row> rows = transform.apply(evaluated
                .where(ReadNotes.noting(notes, checks, run.lane(), refused.row()))
                .select(recordColumns));
        Optional<StagedRows> written = table.stage(rows, run.lane(), at, rowsBefore);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        try (StagedRows staged = written.get()) {
            ReadNotes.Summary read = ReadNotes.summary(notes, checks);
            fewRefused.tried(read.refused().isPresent());
            BatchTally tally = read.tally();
            if (tally.good() != staged.rows() || read.refused().isEmpty()) {
                return Optional.empty();
            }
            // Else quarantine would be written here, and by what comes then, once more.
            if (tally.refused() > 0 && !staged.areNew()) {
                return Optional.empty();
            }
            if (!leavesACommit(tally.rowsIn())) {
                return Optional.of(counts(tally, 0, 0));
            }
            run.requireSource();
            CheckReport.report(evaluated, checks, tally);
            CommitMetadata metadata =
                    run.metadata(batchId, planned, tally.files(), tally.rows().withTombstones(staged.tombstones()));
            long quarantined = tally.refused() == 0
                    ? 0
                    : quarantine.write(
                            refused.forQuarantine(
                                    evaluated.sparkSession(), read.refused().get(), at),
                            metadata);
            CommitMetadata told = run.withQuarantine(metadata);
            if (tally.good() == 0) {
                table.record(evaluated.sparkSession(), told);
                return Optional.of(counts(tally, 0, quarantined));
            }
            OptionalLong inserted = staged.commit(told);
            return Optional.of(
                    inserted.isPresent()
                            ? counts(tally, inserted.getAsLong(), quarantined)
                            : inSeveralPasses(evaluated, batchId, planned, this::insert)
                                    .withMoreQuarantined(quarantined));
        }
    }

    /**
     * Whether the table is told of a micro-batch. A topic has transaction markers, which are no records and come without end; files without a
     * record are few, and a commit for them says that the table has all that its checkpoint has finished.
     */
    private boolean leavesACommit(long records) {
        return records > 0 || run.lane() == Lane.BATCH;
    }

    private static BatchCounts counts(BatchTally tally, long inserted, long quarantined) {
        return new BatchCounts(
                tally.rowsIn(), inserted, tally.good() - inserted, quarantined, tally.late(), tally.newest());
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
            BatchTally tally = ReadNotes.tally(evaluated, checks, run.lane(), planned.watermark());
            run.requireSource();
            CheckReport.report(evaluated, checks, tally);
            Dataset<Row> rows =
                    transform.apply(evaluated.where(BatchTally.isGood(checks)).select(recordColumns));
            long tombstones = tally.good() == 0 ? 0 : table.tombstones(rows);
            CommitMetadata metadata =
                    run.metadata(batchId, planned, tally.files(), tally.rows().withTombstones(tombstones));
            Instant at = Instant.now();
            long quarantined = tally.refused() == 0
                    ? 0
                    : quarantine.write(
                            refused.forQuarantine(evaluated.where(BatchTally.isRefused(checks)), at), metadata);
            return counts(tally, tableWrite.write(rows, run.withQuarantine(metadata), at), quarantined);
        } finally {
            evaluated.unpersist();
        }
    }

    private long insert(Dataset<Row> rows, CommitMetadata metadata, Instant at) {
        if (metadata.rows().forTable() > 0) {
            return table.write(rows, metadata, at);
        }
        if (leavesACommit(metadata.rows().in())) {
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
}
