package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int ROUNDS = 3;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void compactsThePartitionsAndKeepsEveryRowAndWhatLiesInTheTablesDirectory() throws Exception {
        Orders orders = new Orders(home).checks("{name: even, require: amount <> 1, otherwise: quarantine}");
        for (int round = 0; round < 4; round++) {
            orders.land(round + ".avro", orders.orders(round * 100, round * 100 + 100));
            batch(orders);
        }
        assertThat(files(orders.table())).isGreaterThan(3);

        maintain(orders, Duration.ZERO, "--where", "day >= '2026-01-01'", "--z-order", "customer");

        assertThat(files(orders.table())).as("of two days").isEqualTo(2);
        assertThat(onDisk(orders.table())).as("nothing else is kept").isEqualTo(2);
        assertThat(spark.read().format("delta").load(orders.table()).count()).isEqualTo(399);
        orders.land("again.avro", orders.orders(0, 500));
        batch(orders);
        assertThat(spark.read().format("delta").load(orders.table()).count())
                .as("the checkpoints and schemas in the directory are still there")
                .isEqualTo(499);
        assertThat(Path.of(orders.table(), "_checkpoints/batch-records/commits/1"))
                .exists();
        assertThat(Path.of(orders.table(), "_schemas")).isNotEmptyDirectory();
    }

    @Test
    void keepsTheFilesThatVersionsWithinTheRetentionNeed() throws Exception {
        Orders orders = new Orders(home);
        for (int round = 0; round < 3; round++) {
            orders.land(round + ".avro", orders.orders(round * 10, round * 10 + 10));
            batch(orders);
        }
        long version = newestVersion(orders);

        maintain(orders, WEEK);

        assertThat(spark.read()
                        .format("delta")
                        .option("versionAsOf", version)
                        .load(orders.table())
                        .count())
                .isEqualTo(30);
    }

    @Test
    void aTableThatIsNotThereYetIsNoFailure() {
        assertThatCode(() -> maintain(new Orders(home), WEEK)).doesNotThrowAnyException();
    }

    @Test
    void tellsTheLanesNewestCommitToThoseThatComeLater() throws Exception {
        Orders orders = new Orders(home);
        for (int round = 0; round < 2; round++) {
            orders.land(round + ".avro", orders.orders(round * 10, round * 10 + 10));
            batch(orders);
        }
        maintain(orders, WEEK);
        long last = newestVersion(orders);
        for (long version = 0; version < last; version++) {
            Files.delete(Path.of(orders.table(), "_delta_log/%020d.json".formatted(version)));
        }

        assertThat(TableLedger.open(orders.table(), "orders", Lane.BATCH, new Configuration())
                        .newest())
                .map(commit -> commit.batchId())
                .contains(1L);
    }

    @Test
    void noRowIsLostOrDoubledWhereItMeetsALaneThatWrites() throws Exception {
        Orders orders = new Orders(home);
        orders.land("first.avro", orders.orders(0, 50));
        batch(orders);
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<Void> lane = threads.submit(() -> {
            start.await();
            for (int round = 0; round < ROUNDS; round++) {
                orders.land("round" + round + ".avro", orders.orders(round * 40, round * 40 + 90));
                batch(orders);
            }
            return null;
        });
        Future<Integer> maintenance = threads.submit(() -> {
            start.await();
            int times = 0;
            for (; !lane.isDone() || times == 0; times++) {
                maintain(orders, WEEK);
            }
            return times;
        });
        lane.get(4, TimeUnit.MINUTES);
        assertThat(maintenance.get(4, TimeUnit.MINUTES)).isPositive();
        threads.shutdown();

        List<Long> ids = spark.read().format("delta").load(orders.table()).select("order_id").collectAsList().stream()
                .map(row -> row.getLong(0))
                .toList();
        assertThat(ids).hasSize(ROUNDS * 40 + 50).doesNotHaveDuplicates();
    }

    private long files(String table) {
        return spark.read().format("delta").load(table).inputFiles().length;
    }

    private static long onDisk(String table) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(table))) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .filter(file -> !file.toString().contains("/_"))
                    .count();
        }
    }

    private long newestVersion(Orders orders) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(orders.table(), "_delta_log"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d+\\.json"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
                    .max()
                    .orElseThrow();
        }
    }

    private void maintain(Orders orders, Duration retention, String... more) {
        JobOptions options = options(orders, "maintain", more);
        Maintenance.of(spark.newSession(), orders.definition(), options, settings(retention))
                .run();
    }

    private void batch(Orders orders) throws Exception {
        try (LaneQueries queries = LaneQueries.open(
                spark, orders.definition(), options(orders, "batch"), settings(WEEK), new StopGate(), null)) {
            queries.runBatch();
        }
    }

    private static JobOptions options(Orders orders, String mode, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--mode", mode, "--pipeline", orders.file().toString()));
        arguments.addAll(List.of(more));
        return JobOptions.parse(arguments.toArray(String[]::new));
    }

    private static JobSettings settings(Duration retention) {
        return new JobSettings(1, Map.of(), null, "earliest", 1000, 10, Duration.ofMinutes(1), false, retention);
    }
}
