package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hybridingest.job.crash.FullDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    private static final List<String> PLACES = List.of(
            "/_checkpoints/batch-records/_generation",
            "/_checkpoints/batch-records/offsets/",
            "/table_quarantine/",
            "/table/day=",
            "/_checkpoints/batch-records/commits/");

    private static final int PER_ROUND = 20;

    private SparkSession spark;

    @TempDir
    private Path home;

    @BeforeEach
    void start() {
        LocalSpark.end();
        SparkConf conf = LocalSpark.conf();
        FullDisk.conf(full()).forEach(conf::set);
        spark = JobSession.start(conf, "full-disk");
    }

    @AfterEach
    void stop() {
        spark.stop();
    }

    @Test
    void losesAndDoublesNothingOfRecordsThatAreAllGood() throws Exception {
        Orders orders = new Orders(home);
        long landed = 0;
        for (String place : List.of("/table/day=", "/_checkpoints/batch-records/commits/")) {
            orders.land(landed + ".avro", orders.orders(landed, landed + PER_ROUND));
            landed += PER_ROUND;
            Files.writeString(full(), place);
            assertThat(catchThrowable(() -> LaneRuns.run(spark, orders, "batch")))
                    .isNotNull()
                    .extracting(failure -> Verdict.of(failure).code())
                    .isEqualTo("disk-full");
            Files.delete(full());
            LaneRuns.run(spark, orders, "batch");
            assertThat(orderIds(orders.table(), "order_id"))
                    .as("rows after %s was full", place)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, landed).boxed().toList());
        }
    }

    @Test
    void losesAndDoublesNothingWhereverTheDiskIsFull() throws Exception {
        Orders orders = new Orders(home).checks("{name: even, require: amount % 2 = 0, otherwise: quarantine}");
        long landed = 0;
        for (String place : PLACES) {
            orders.land(landed + ".avro", orders.orders(landed, landed + PER_ROUND));
            landed += PER_ROUND;
            Files.writeString(full(), place);

            assertThat(catchThrowable(() -> LaneRuns.run(spark, orders, "batch")))
                    .as("the failure where %s is full", place)
                    .isNotNull()
                    .extracting(Verdict::of)
                    .satisfies(verdict -> {
                        assertThat(verdict.code()).isEqualTo("disk-full");
                        assertThat(verdict.message()).contains("A disk is full: make room");
                    });

            Files.delete(full());
            LaneRuns.run(spark, orders, "batch");
            assertThat(orderIds(orders.table(), "order_id"))
                    .as("rows after %s was full", place)
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, landed)
                            .filter(id -> id % 2 == 0)
                            .boxed()
                            .toList());
            assertThat(orderIds(
                            orders.table() + "_quarantine",
                            "cast(get_json_object(decode(original, 'UTF-8'), '$.order_id') AS bigint)"))
                    .as("quarantined records after %s was full", place)
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, landed)
                            .filter(id -> id % 2 != 0)
                            .boxed()
                            .toList());
        }
    }

    private Path full() {
        return home.resolve("full");
    }

    private List<Long> orderIds(String table, String expression) {
        return spark.read().format("delta").load(table).selectExpr(expression).collectAsList().stream()
                .map(row -> row.getLong(0))
                .toList();
    }
}
