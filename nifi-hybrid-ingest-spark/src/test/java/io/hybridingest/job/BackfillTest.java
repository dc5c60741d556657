package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import io.hybridingest.job.ledger.FencedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillTest {
    /** Of the orders, one each minute, those from the thirtieth to the fiftieth. */
    private static final Instant FROM = Orders.START.plus(30, ChronoUnit.MINUTES);

    private static final Instant TO = Orders.START.plus(50, ChronoUnit.MINUTES);
    private static final String DOUBLED =
            "SELECT order_id, customer, amount * 2 AS amount, placed_at, _ingest_id, _source, _rescued, date(placed_at) AS day FROM input";

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void mergesTheWindowAndNothingElse() throws Exception {
        Orders orders = landed();
        DeltaTable.forPath(spark, orders.table()).delete("order_id >= 20 AND order_id < 60");

        backfill(orders);
        assertThat(ids(table(orders))).isEqualTo(range(0, 20, 30, 50, 60, 100));
        assertThat(table(orders).where("_ingest_lane = 'backfill'").count()).isEqualTo(20);

        backfill(orders);
        assertThat(table(orders).count()).as("done once more").isEqualTo(80);
    }

    @Test
    void replacesTheWindowInOneCommit() throws Exception {
        Orders orders = landed();
        spark.sql("UPDATE delta.`%s` SET order_id = 1000 + order_id WHERE order_id = 45".formatted(orders.table()));
        orders.transform(DOUBLED);
        long before = version(orders);

        backfill(orders, "--replace");

        assertThat(version(orders)).isEqualTo(before + 1);
        assertThat(ids(table(orders)))
                .as("a row of the window that the source does not have is gone")
                .isEqualTo(range(0, 100));
        assertThat(ids(table(orders).where("amount = 2 * order_id AND order_id > 0")))
                .isEqualTo(range(30, 50));
        String told =
                DeltaTable.forPath(spark, orders.table()).history(1).first().getAs("userMetadata");
        assertThat(told)
                .contains(
                        "\"lane\":\"backfill\"", "\"rowsIn\":20", "\"rowsInserted\":20", "\"start\":\"" + FROM + "\"");
        orders.land("again.avro", orders.orders(25, 35));
        LaneRuns.run(spark, orders, "batch");
        assertThat(table(orders).count()).as("known to the other lanes").isEqualTo(100);
    }

    @Test
    void putsWhatTheDefinitionRefusesNowIntoQuarantine() throws Exception {
        Orders orders = landed().checks("{name: even, require: amount % 2 = 0}");

        backfill(orders, "--replace");

        assertThat(table(orders).count()).isEqualTo(90);
        assertThat(spark.read()
                        .format("delta")
                        .load(orders.table() + "_quarantine")
                        .where("lane = 'backfill'")
                        .count())
                .isEqualTo(10);
    }

    @Test
    void readsAnotherSourceAndLeavesOutWhatCannotBeRead() throws Exception {
        Orders orders = landed();
        DeltaTable.forPath(spark, orders.table()).delete("true");
        orders.land("archive", "part.avro", orders.orders(40, 60));
        Files.writeString(orders.landing().resolve("archive/damaged.avro"), "no container");

        backfill(orders, "--source", orders.landing().resolve("archive").toString());

        assertThat(ids(table(orders))).isEqualTo(range(40, 50));
    }

    @Test
    void refusesAWindowThatFreshRecordsMayStillComeInto() {
        Orders orders = landedQuietly();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

        assertThatThrownBy(() -> LaneRuns.run(
                        spark,
                        orders,
                        "backfill",
                        "--interval-start",
                        FROM.toString(),
                        "--interval-end",
                        now.toString()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("is still open");
    }

    @Test
    void refusesToReplaceWhereARecordCouldBeInTwoWindows() throws Exception {
        Orders orders = landed().identity("order_id");

        assertThatThrownBy(() -> backfill(orders, "--replace"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("needs an identity that has the event time placed_at");
    }

    @Test
    void isFencedByANewerRun() throws Exception {
        Orders orders = landed();
        LaneRuns.run(spark, orders, 5, "backfill", window("--replace"));

        assertThatThrownBy(() -> LaneRuns.run(spark, orders, 4, "backfill", window("--replace")))
                .isInstanceOf(FencedException.class);
    }

    @Test
    void needsAWindow() {
        assertThatThrownBy(() -> JobOptions.parse("--mode", "backfill", "--pipeline", "p.json"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("needs --interval-start and --interval-end");
        assertThatThrownBy(() -> JobOptions.parse("--mode", "batch", "--pipeline", "p.json", "--replace"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("belong to --mode backfill");
    }

    private Orders landed() throws Exception {
        Orders orders = new Orders(home).identity("order_id, placed_at");
        orders.land("all.avro", orders.orders(0, 100));
        LaneRuns.run(spark, orders, "batch");
        return orders;
    }

    private Orders landedQuietly() {
        try {
            return landed();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void backfill(Orders orders, String... more) throws Exception {
        LaneRuns.run(spark, orders, "backfill", window(more));
    }

    private static String[] window(String... more) {
        List<String> options =
                new ArrayList<>(List.of("--interval-start", FROM.toString(), "--interval-end", TO.toString()));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    private Dataset<Row> table(Orders orders) {
        return spark.read().format("delta").load(orders.table());
    }

    private long version(Orders orders) {
        return DeltaTable.forPath(spark, orders.table()).history(1).first().<Long>getAs("version");
    }

    private static List<Long> ids(Dataset<Row> rows) {
        return rows.select("order_id").collectAsList().stream()
                .map(row -> row.getLong(0))
                .sorted()
                .toList();
    }

    private static List<Long> range(long... bounds) {
        LongStream all = LongStream.empty();
        for (int i = 0; i < bounds.length; i += 2) {
            all = LongStream.concat(all, LongStream.range(bounds[i], bounds[i + 1]));
        }
        return all.boxed().toList();
    }
}
