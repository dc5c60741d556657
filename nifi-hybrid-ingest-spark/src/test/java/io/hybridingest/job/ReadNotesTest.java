package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ReadNotesTest {
    private static final StructType COLUMNS =
            StructType.fromDDL("amount BIGINT, note STRING, %s STRING, %s BIGINT, %s STRING"
                    .formatted(Envelope.PROBLEM, Envelope.EVENT_MILLIS, Envelope.ORIGIN));

    private static final Check POSITIVE = new Check("positive", "amount >= 0", Check.Otherwise.WARN);
    private static final Check SMALL = new Check("small", "amount < 100", Check.Otherwise.DROP);
    private static final Check EVEN = new Check("even", "amount % 2 = 0", Check.Otherwise.QUARANTINE);

    private final SparkSession spark = LocalSpark.session();

    @Test
    void tellOfRecordsThatAreAllGood() {
        ReadNotes.Summary read = read(Lane.STREAM, 300, List.of(POSITIVE), good(0, 1000));

        assertThat(read.tally()).isEqualTo(new BatchTally(1000, 0, 1000, 0, 300, Instant.ofEpochMilli(999), Map.of()));
        assertThat(read.refused()).hasValue(List.of());
    }

    @Test
    void countFilesInTheBatchLane() {
        assertThat(read(Lane.BATCH, 0, List.of(), good(0, 1000)).tally().files())
                .isEqualTo(10);
    }

    @Test
    void tellWhereEachRecordGoesAndWhichChecksFailed() {
        List<Row> records = List.of(
                record(2, null),
                record(3, null),
                record(101, null),
                record(102, null),
                record(-4, null),
                RowFactory.create(null, null, "undecodable", 7L, "t-0-7"));

        ReadNotes.Summary read = read(Lane.STREAM, 0, List.of(POSITIVE, SMALL, EVEN), records);

        assertThat(read.tally())
                .isEqualTo(new BatchTally(
                        6, 3, 2, 0, 0, Instant.ofEpochMilli(102), Map.of(POSITIVE, 1L, SMALL, 2L, EVEN, 2L)));
        assertThat(read.refused().orElseThrow())
                .extracting(row -> row.<Long>getAs("amount"), row -> row.<String>getAs(Envelope.PROBLEM))
                .containsExactlyInAnyOrder(tuple(3L, null), tuple(101L, null), tuple(null, "undecodable"));
    }

    @Test
    void keepOnlyTheNumbersOfRefusedRecordsThatAreTooLargeToBeCarried() {
        String large = "x".repeat(1_600_000);
        List<Row> records = List.of(record(1, large), record(3, "small"), record(5, large), record(6, null));

        ReadNotes.Summary read = read(Lane.STREAM, 0, List.of(EVEN), records);

        assertThat(read.refused()).isEmpty();
        assertThat(read.tally().refused()).isEqualTo(3);
        assertThat(read.tally().good()).isEqualTo(1);
    }

    @Test
    void tellOfNothing() {
        assertThat(read(Lane.STREAM, 0, List.of(EVEN), List.of()).tally())
                .isEqualTo(new BatchTally(0, 0, 0, 0, 0, null, Map.of()));
    }

    private static List<Row> good(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(i -> RowFactory.create(i, null, null, i, "file-%d#%d".formatted(i / 100, i)))
                .toList();
    }

    private static Row record(long amount, String note) {
        return RowFactory.create(amount, note, null, Math.abs(amount), "t-0-1");
    }

    private ReadNotes.Summary read(Lane lane, long watermark, List<Check> declared, List<Row> records) {
        RecordChecks checks = RecordChecks.validated(spark, declared, COLUMNS);
        Dataset<Row> evaluated = checks.evaluate(spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(records, 1 + records.size() / 100),
                COLUMNS));
        TaskNotes<ReadNotes> notes = ReadNotes.begin(evaluated, checks, watermark);
        evaluated
                .where(ReadNotes.noting(notes, checks, lane, struct(col("amount"), col(Envelope.PROBLEM), col("note"))))
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        return ReadNotes.summary(notes, checks);
    }
}
