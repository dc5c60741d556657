package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLaneTest {
    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void insertsWhatHasLandedOnce() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 500));
        orders.land("b.avro", orders.orders(250, 600));

        runBatch(orders);

        assertThat(ids(orders)).hasSize(600).doesNotHaveDuplicates();
        Row row = spark.read()
                .format("delta")
                .load(orders.table())
                .where("order_id = 130")
                .first();
        assertThat(row.<String>getAs("_ingest_lane")).isEqualTo("batch");
        assertThat(row.<java.sql.Date>getAs("day")).hasToString("2026-02-01");

        orders.land("c.avro", orders.orders(590, 700));
        runBatch(orders);
        runBatch(orders);

        assertThat(ids(orders)).hasSize(700).doesNotHaveDuplicates();
    }

    @Test
    void quarantinesContentThatNoReaderCouldReadOnce() throws Exception {
        Orders orders = new Orders(home);
        Path unreadable = Files.createDirectories(orders.landing().resolve("unreadable"));
        Files.writeString(unreadable.resolve("post.json"), "{\"order_id\": 1, \"amo");

        runBatch(orders);
        runBatch(orders);

        List<Row> quarantined = spark.read()
                .format("delta")
                .load(orders.table() + "_quarantine")
                .selectExpr("stage", "reasons[0].code", "cast(original as string)")
                .collectAsList();
        assertThat(quarantined).containsExactly(RowFactory.create("read", "unreadable", "{\"order_id\": 1, \"amo"));
    }

    private List<String> ids(Orders orders) {
        return spark.read().format("delta").load(orders.table()).select("_ingest_id").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private void runBatch(Orders orders) throws Exception {
        JobOptions options =
                JobOptions.parse("--mode", "batch", "--pipeline", orders.file().toString());
        JobSettings settings = new JobSettings(1, Map.of(), null, "earliest", 1000, 1, false);
        try (LaneQueries queries =
                LaneQueries.open(spark, orders.definition(), options, settings, new StopGate(), null)) {
            queries.runBatch();
        }
    }
}
