package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;

import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.PlannedBatch;
import io.hybridingest.job.report.BatchCounts;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.source.Envelope;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** One micro-batch of records that other stages have quarantined: they go into the quarantine table as they are. */
final class QuarantineBatches implements VoidFunction2<Dataset<Row>, Long> {
    private final LaneRun run;
    private final QuarantineSink quarantine;
    private final Column[] columns;

    QuarantineBatches(LaneRun run, QuarantineSink quarantine, List<String> columns) {
        this.run = run;
        this.quarantine = quarantine;
        this.columns = columns.stream().map(org.apache.spark.sql.functions::col).toArray(Column[]::new);
    }

    @Override
    public void call(Dataset<Row> batch, Long batchId) throws InterruptedException {
        run.begin(batch.sparkSession());
        Dataset<Row> read = batch.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            long rowsIn = read.count();
            long inserted = rowsIn == 0
                    ? 0
                    : quarantine.write(
                            quarantined(read),
                            run.metadata(
                                    batchId,
                                    PlannedBatch.NONE,
                                    read.inputFiles().length,
                                    new RowCounts(rowsIn, rowsIn, 0)));
            run.counted(batch.sparkSession(), batchId, new BatchCounts(rowsIn, 0, 0, inserted, 0, null));
        } finally {
            read.unpersist();
        }
    }

    /** Containers may be damaged like any other; unreadable files come without an envelope. */
    private Dataset<Row> quarantined(Dataset<Row> read) {
        if (!Arrays.asList(read.columns()).contains(Envelope.PROBLEM)) {
            return read.select(columns);
        }
        Dataset<Row> fine = read.where(col(Envelope.PROBLEM).isNull()).select(columns);
        Dataset<Row> problems = read.where(col(Envelope.PROBLEM).isNotNull());
        return fine.unionByName(QuarantineSink.ofProblems(problems, Instant.now()));
    }
}
