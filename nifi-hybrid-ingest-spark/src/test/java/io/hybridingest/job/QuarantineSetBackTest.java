package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.ledger.TableRestoredException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quarantine table loses what it had, and the table does not. */
class QuarantineSetBackTest {
    private static final int REFUSED_OF_TEN = 5;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void whatHasLandedIsReadAgainWhereTheQuarantineTableWasRestored() throws Exception {
        Orders orders = ordersWithQuarantine();
        long full = newestVersion(orders);
        orders.land("b.avro", orders.orders(10, 20));
        batch(orders);
        assertThat(quarantined(orders)).hasSize(2 * REFUSED_OF_TEN + 2);

        spark.sql("RESTORE TABLE delta.`%s` TO VERSION AS OF %d".formatted(quarantine(orders), full));
        assertThat(quarantined(orders)).hasSize(REFUSED_OF_TEN + 2);
        batch(orders);

        assertNothingIsMissing(orders);
        assertReadAgain(orders, 1);
        batch(orders);
        assertNothingIsMissing(orders);
        assertReadAgain(orders, 1);
    }

    @Test
    void whatHasLandedIsReadAgainWhereTheQuarantineTableWasDeleted() throws Exception {
        Orders orders = ordersWithQuarantine();
        orders.land("b.avro", orders.orders(10, 20));
        batch(orders);

        delete(Path.of(quarantine(orders)));
        DeltaLog.clearCache();
        batch(orders);

        assertNothingIsMissing(orders);
        assertReadAgain(orders, 1);
    }

    @Test
    void whatHasLandedIsReadAgainWhereTheQuarantineTableCameBackFromABackup() throws Exception {
        Orders orders = ordersWithQuarantine();
        Path backup = copy(Path.of(quarantine(orders)), home.resolve("backup"));
        orders.land("b.avro", orders.orders(10, 20));
        batch(orders);

        delete(Path.of(quarantine(orders)));
        copy(backup, Path.of(quarantine(orders)));
        DeltaLog.clearCache();
        batch(orders);

        assertNothingIsMissing(orders);
        assertReadAgain(orders, 1);
    }

    @Test
    void aRunThatIsUnderWayEndsBeforeItWrites() throws Exception {
        Orders orders = new Orders(home).checks("{name: even, require: amount % 2 = 0, otherwise: quarantine}");
        MessageLane lane = new MessageLane(spark.newSession(), orders);
        lane.write(messages(orders, 0, 10));

        spark.sql("RESTORE TABLE delta.`%s` TO VERSION AS OF 0".formatted(quarantine(orders)));

        assertThatThrownBy(() -> lane.write(messages(orders, 10, 20)))
                .isInstanceOf(TableRestoredException.class)
                .hasMessageContaining(quarantine(orders));
        assertThat(spark.read().format("delta").load(orders.table()).count()).isEqualTo(10 - REFUSED_OF_TEN);
    }

    /** Ten orders, five of which are refused, a record that was quarantined before it came, and a file that is no container. */
    private Orders ordersWithQuarantine() throws Exception {
        Orders orders = new Orders(home)
                .identity("order_id, placed_at")
                .checks("{name: even, require: amount % 2 = 0, otherwise: quarantine}");
        orders.land("a.avro", orders.orders(0, 10));
        GenericRecord invalid = Orders.invalid().toAvro();
        orders.land("quarantine", "a.avro", List.of(invalid));
        Files.createDirectories(orders.landing().resolve("unreadable"));
        Files.writeString(orders.landing().resolve("unreadable/what"), "rubbish");
        batch(orders);
        return orders;
    }

    private void assertNothingIsMissing(Orders orders) {
        assertThat(spark.read()
                        .format("delta")
                        .load(orders.table())
                        .select("order_id")
                        .collectAsList())
                .extracting(row -> row.getLong(0))
                .containsExactlyInAnyOrder(0L, 2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L);
        assertThat(quarantined(orders)).hasSize(2 * REFUSED_OF_TEN + 2).doesNotHaveDuplicates();
    }

    private static void assertReadAgain(Orders orders, int times) throws IOException {
        for (String child : List.of("batch-records", "batch-quarantine", "batch-unreadable")) {
            try (Stream<Path> checkpoints = Files.list(Path.of(orders.table(), "_checkpoints"))) {
                assertThat(checkpoints.filter(
                                path -> path.getFileName().toString().startsWith(child + "-replaced")))
                        .as(child)
                        .hasSize(times);
            }
        }
    }

    private List<String> quarantined(Orders orders) {
        return spark.read().format("delta").load(quarantine(orders)).select("quarantine_id").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static String quarantine(Orders orders) {
        return orders.definition().table().quarantinePath();
    }

    private long newestVersion(Orders orders) {
        Row newest =
                spark.sql("DESCRIBE HISTORY delta.`" + quarantine(orders) + "`").first();
        return newest.getLong(0);
    }

    private void batch(Orders orders) throws Exception {
        LaneRuns.run(spark, orders, "batch");
    }

    private static List<byte[]> messages(Orders orders, long from, long to) {
        List<GenericRecord> records = orders.orders(from, to);
        return records.stream().map(Orders::message).toList();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}
