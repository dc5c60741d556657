package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedRecordsTest {
    private static final String EVEN = "{name: even, require: amount % 2 = 0}";

    /** More than a task brings to the driver. */
    private static final int LARGE = 1_200_000;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void ofAMicroBatchOfGoodAndRefusedRecordsNoneIsLookedUp() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        for (int run = 0; run < 2; run++) {
            orders.land(run + ".avro", orders.orders(run * 50, run * 50 + 50));
            LaneRuns.run(spark, orders, "batch");
        }

        assertThat(operations(orders.table())).containsOnly("WRITE");
        assertThat(operations(quarantine(orders))).containsOnly("WRITE");
        assertThat(rows(orders.table())).isEqualTo(50);
        assertThat(rows(quarantine(orders))).isEqualTo(50);
    }

    @Test
    void areTheSameHoweverTheirMicroBatchIsWritten() throws Exception {
        List<String> carried = quarantined("carried", false, "c");
        List<String> kept = quarantined("kept", true, "c");

        assertThat(carried).hasSize(5).isEqualTo(kept).allMatch(record -> record.contains("1500-0"));
    }

    @Test
    void areLookedUpWhereTheyAreTooLargeForTheDriver() throws Exception {
        List<String> readAgain = quarantined("read-again", false, "c".repeat(LARGE));
        List<String> kept = quarantined("kept", true, "c".repeat(LARGE));

        assertThat(readAgain).hasSize(5).isEqualTo(kept);
    }

    @Test
    void ofOneStreamAreLookedUpOnlyWhereTheyOrOthersOfTheirMicroBatchCameBefore() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        MessageLane lane = new MessageLane(spark.newSession(), orders);
        for (int first : List.of(0, 20, 40)) {
            lane.write(messages(orders, first, first + 20));
        }
        assertThat(operations(orders.table())).containsOnly("WRITE");
        assertThat(operations(quarantine(orders))).containsOnly("WRITE");

        lane.write(messages(orders, 50, 70));
        lane.write(messages(orders, 70, 80));

        assertThat(operations(quarantine(orders))).contains("MERGE");
        assertThat(rows(orders.table())).isEqualTo(40);
        assertThat(rows(quarantine(orders))).isEqualTo(40);
        assertThat(spark.sql("DESCRIBE HISTORY delta.`" + orders.table() + "`")
                        // Where Delta compacts after a MERGE, it repeats what that one said.
                        .where("operation <> 'OPTIMIZE'")
                        .selectExpr("sum(from_json(userMetadata, 'rowsIn BIGINT, rowsQuarantined BIGINT').rowsIn)")
                        .first()
                        .getLong(0))
                .isEqualTo(90);
    }

    private static List<byte[]> messages(Orders orders, int from, int to) {
        return orders.orders(from, to).stream().map(Orders::message).toList();
    }

    @Test
    void staysOnceWhereTheyComeAgainWithNewOnes() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        orders.land("a.avro", orders.orders(0, 20));
        LaneRuns.run(spark, orders, "batch");
        orders.land("b.avro", orders.orders(10, 30));
        LaneRuns.run(spark, orders, "batch");

        assertThat(rows(orders.table())).isEqualTo(15);
        assertThat(rows(quarantine(orders))).isEqualTo(15);
        assertThat(spark.read()
                        .format("delta")
                        .load(quarantine(orders))
                        .select("quarantine_id")
                        .distinct()
                        .count())
                .isEqualTo(15);
    }

    /** What is in quarantine of ten orders of a time before the calendar's reform; with one of them twice they are looked up. */
    private List<String> quarantined(String name, boolean oneTwice, String customer) throws Exception {
        Orders orders = new Orders(home.resolve(name)).checks(EVEN).transform("SELECT *, 1 AS day FROM input");
        List<GenericRecord> records = new ArrayList<>();
        for (int id = 0; id < 10; id++) {
            GenericRecord order = Orders.order(
                    orders.definition().wireSchema(),
                    id,
                    id,
                    Instant.parse("1500-02-20T23:59:59.123456Z").plusSeconds(id * 86_400L));
            order.put("customer", customer + id);
            records.add(order);
        }
        if (oneTwice) {
            records.add(records.get(0));
        }
        orders.land("a.avro", records);
        LaneRuns.run(spark, orders, "batch");

        assertThat(rows(orders.table())).as("the first one twice").isEqualTo(5);
        return spark
                .read()
                .format("delta")
                .load(quarantine(orders))
                .selectExpr("concat(decode(original, 'UTF-8'), to_json(reasons), stage, ingest_id, quarantine_id)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private static String quarantine(Orders orders) {
        return orders.table() + "_quarantine";
    }

    private long rows(String table) {
        return spark.read().format("delta").load(table).count();
    }

    /** Kinds of the commits that brought rows. */
    private List<String> operations(String table) {
        return spark
                .sql("DESCRIBE HISTORY delta.`" + table + "`")
                .where(col("userMetadata").isNotNull())
                .select("operation")
                .collectAsList()
                .stream()
                .map((Row row) -> row.getString(0))
                .toList();
    }
}
