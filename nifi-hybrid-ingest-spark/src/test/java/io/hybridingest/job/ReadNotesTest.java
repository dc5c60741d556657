package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ReadNotesTest {
    private static final StructType COLUMNS = StructType.fromDDL("amount BIGINT, %s STRING, %s BIGINT, %s STRING"
            .formatted(Envelope.PROBLEM, Envelope.EVENT_MILLIS, Envelope.ORIGIN));

    private final SparkSession spark = LocalSpark.session();

    @Test
    void tellOfRecordsThatAreAllGood() {
        ReadNotes.Summary read = read(Lane.STREAM, 300, good(0, 1000));

        assertThat(read).isEqualTo(new ReadNotes.Summary(1000, true, 300, 0, Instant.ofEpochMilli(999)));
    }

    @Test
    void countFilesInTheBatchLane() {
        assertThat(read(Lane.BATCH, 0, good(0, 1000)).files()).isEqualTo(10);
    }

    @Test
    void tellThatOneRecordIsNot() {
        List<Row> undecodable = List.of(RowFactory.create(1L, "undecodable", 1L, "t-0-1"));
        List<Row> failing = List.of(RowFactory.create(-1L, null, 1L, "t-0-1"));

        assertThat(read(Lane.STREAM, 0, undecodable).isClean()).isFalse();
        assertThat(read(Lane.STREAM, 0, failing).isClean()).isFalse();
    }

    @Test
    void tellOfNothing() {
        assertThat(read(Lane.STREAM, 0, List.of())).isEqualTo(new ReadNotes.Summary(0, true, 0, 0, null));
    }

    private static List<Row> good(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(i -> RowFactory.create(i, null, i, "file-%d#%d".formatted(i / 100, i)))
                .toList();
    }

    private ReadNotes.Summary read(Lane lane, long watermark, List<Row> records) {
        List<Check> declared = List.of(new Check("positive", "amount >= 0", Check.Otherwise.WARN));
        RecordChecks checks = RecordChecks.validated(spark, declared, COLUMNS);
        Dataset<Row> evaluated = checks.evaluate(spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(records, 3), COLUMNS));
        TaskNotes<ReadNotes> notes = TaskNotes.begin(spark, ReadNotes.blank(watermark));
        evaluated.where(ReadNotes.noting(notes, checks, lane)).count();
        return ReadNotes.summary(notes.all());
    }
}
