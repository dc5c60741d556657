package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A clock that was ahead and is set back: all that was written before, landing files, checkpoints, Delta's log and data, is of a time that is
 * still to come. Ten days, since a week is how long Spark and Delta look back by default.
 */
class ClockSetBackTest {
    private static final Duration AHEAD = Duration.ofDays(10);

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void losesAndDoublesNothingInEitherLaneNorWhereTheTableIsMaintained() throws Exception {
        Orders orders = new Orders(home).checks("{name: odd, require: amount % 10 <> 1, otherwise: quarantine}");
        FileTime ahead = FileTime.from(Instant.now().plus(AHEAD));
        touch(orders.land("early.avro", orders.orders(0, 40)), ahead);
        LaneRuns.run(spark, orders, "batch");
        stream(orders, 40, 60);
        touchAll(ahead);

        orders.land("late.avro", orders.orders(30, 100));
        LaneRuns.run(spark, orders, "batch");
        stream(orders, 50, 120);
        LaneRuns.run(spark, orders, "maintain");
        orders.land("last.avro", orders.orders(0, 130));
        LaneRuns.run(spark, orders, "batch");

        assertThat(ids(orders.table()))
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 130)
                        .filter(id -> id % 10 != 1)
                        .boxed()
                        .toList());
        assertThat(delta(orders.table() + "_quarantine").count())
                .as("refused records, whichever lane brought them")
                .isEqualTo(13);
    }

    private void stream(Orders orders, long from, long to) throws InterruptedException {
        new MessageLane(spark.newSession(), orders)
                .write(orders.orders(from, to).stream().map(Orders::message).toList());
    }

    private void touchAll(FileTime at) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            files.forEach(file -> touch(file, at));
        }
    }

    private static void touch(Path file, FileTime at) {
        try {
            Files.setLastModifiedTime(file, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Long> ids(String table) {
        return delta(table).select("order_id").as(Encoders.LONG()).collectAsList();
    }

    private Dataset<Row> delta(String table) {
        return spark.read().format("delta").load(table);
    }
}
