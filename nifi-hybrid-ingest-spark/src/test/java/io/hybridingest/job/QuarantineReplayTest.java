package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.sink.QuarantineSink;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.source.KafkaMessages;
import io.hybridingest.job.source.WriterSchemas;
import io.hybridingest.pipeline.PipelineDefinition;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineReplayTest {
    private static final String EVEN = "{name: even, require: amount % 2 = 0, otherwise: quarantine}";

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void whatAChangedCheckLetsPassComesIntoTheTableOnceAsIfItHadNeverBeenRefused() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        orders.land("a.avro", ordersWithMicros(orders, 0, 40));
        LaneRuns.run(spark, orders, "batch");
        assertThat(table(orders).count()).isEqualTo(20);

        orders.checks(
                "{name: odd, require: amount <> 7, otherwise: quarantine}, {name: small, require: amount < 30, otherwise: drop}");
        LaneRuns.run(spark, orders, "replay", "--where", "reasons[0].code = 'even' AND source LIKE '%a.avro#%'");
        LaneRuns.run(spark, orders, "replay");
        LaneRuns.run(spark, orders, "batch");

        assertThat(table(orders).where("_ingest_lane = 'replay'").count()).isEqualTo(14);
        assertThat(outcomes(orders)).isEqualTo(Map.of("table", 14L, "dropped", 5L, "none", 1L));
        assertThat(quarantine(orders).where("replayed_at IS NULL").first().<String>getAs("original_text"))
                .contains("\"order_id\":7");

        Orders never = new Orders(home.resolve("never"));
        never.land("a.avro", ordersWithMicros(never, 0, 40));
        LaneRuns.run(spark, never, "batch");
        assertThat(rows(table(orders))).isSubsetOf(rows(table(never))).hasSize(34);
    }

    @Test
    void messagesOfASchemaThatTheJobLearnsOfLaterAreReadThen() throws Exception {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 1));
        LaneRuns.run(spark, orders, "batch");
        Schema earlier = new Schema.Parser()
                .parse(orders.definition()
                        .wireSchema()
                        .toString()
                        .replace("{\"name\":\"amount\",\"type\":\"int\"}", """
                {"name":"amount","type":"int"},{"name":"note","type":"string"}"""));
        quarantineMessage(orders, earlier);

        LaneRuns.run(spark, orders, "replay");
        assertThat(outcomes(orders)).as("nobody knows the schema").isEqualTo(Map.of("none", 1L));
        WriterSchemas.keep(orders.table(), earlier, new Configuration());
        LaneRuns.run(spark, orders, "replay");

        assertThat(outcomes(orders)).isEqualTo(Map.of("table", 1L));
        assertThat(table(orders).where("order_id = 77").count()).isEqualTo(1);
    }

    @Test
    void whatIsInTheTableAlreadyIsMarkedAndNotInsertedAgain() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        orders.land("a.avro", orders.orders(0, 10));
        LaneRuns.run(spark, orders, "batch");
        orders.checks("");
        orders.land("b.avro", orders.orders(0, 10));
        LaneRuns.run(spark, orders, "batch");

        LaneRuns.run(spark, orders, "replay");

        assertThat(table(orders).count()).isEqualTo(10);
        assertThat(table(orders).where("_ingest_lane = 'replay'").count()).isZero();
        assertThat(outcomes(orders)).isEqualTo(Map.of("table", 5L));
    }

    @Test
    void recordsThatNeverCameAsFarAsTheJobStay() throws Exception {
        Orders orders = new Orders(home);
        GenericRecord invalid = Orders.invalid().toAvro();
        orders.land("quarantine", "a.avro", List.of(invalid));
        LaneRuns.run(spark, orders, "batch");

        LaneRuns.run(spark, orders, "replay");

        assertThat(outcomes(orders)).isEqualTo(Map.of("none", 1L));
        assertThat(table(orders).count()).isZero();
    }

    @Test
    void aReplayTellsNothingAboutHowFarTheLanesAre() throws Exception {
        Orders orders = new Orders(home).checks(EVEN);
        orders.land("a.avro", orders.orders(0, 10));
        LaneRuns.run(spark, orders, "batch");
        orders.checks("");
        LaneRuns.run(spark, orders, "replay");

        assertThat(ledger(orders, orders.table(), Lane.BATCH).newest().orElseThrow())
                .satisfies(commit ->
                        assertThat(commit.rows()).isEqualTo(new CommitMetadata.RowCounts(10, 5, 0).withInserted(5)));
        assertThat(ledger(orders, orders.table(), Lane.REPLAY).newest().orElseThrow())
                .satisfies(commit ->
                        assertThat(commit.rows()).isEqualTo(new CommitMetadata.RowCounts(5, 0, 0).withInserted(5)));
        assertThat(ledger(orders, orders.table(), Lane.STREAM).newest()).isEmpty();
    }

    @Test
    void aConditionThatIsNoneIsSaid() throws Exception {
        Orders orders = new Orders(home);

        assertThatThrownBy(() -> LaneRuns.run(spark, orders, "replay", "--where", "resaon = 1"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--where is no condition over the quarantine table")
                .hasMessageContaining("resaon");
    }

    private void quarantineMessage(Orders orders, Schema schema) {
        PipelineDefinition definition = orders.definition();
        GenericRecord order = new GenericRecordBuilder(schema)
                .set("order_id", 77L)
                .set("amount", 1)
                .set("note", "n")
                .set("placed_at", 0L)
                .set("_ingest_id", "77")
                .set("_source", "s")
                .build();
        Dataset<Row> messages = spark.createDataFrame(
                List.of(RowFactory.create("orders", 1, 5L, new Timestamp(1000), Orders.message(order))),
                StructType.fromDDL("topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, value BINARY"));
        Dataset<Row> decoded = KafkaMessages.decode(
                messages, definition, WriterSchemas.keep(orders.table(), definition.wireSchema(), new Configuration()));
        assertThat(decoded.first().<String>getAs(Envelope.PROBLEM)).isEqualTo("unknown-schema");
        QuarantineSink.open(spark, definition, ledger(orders, orders.table() + "_quarantine", Lane.STREAM))
                .write(
                        QuarantineSink.ofProblems(decoded, Instant.now()),
                        new CommitMetadata(
                                definition.name(),
                                Lane.STREAM,
                                1,
                                0,
                                0,
                                new TreeMap<>(),
                                null,
                                CommitMetadata.RowCounts.NONE,
                                null,
                                new TreeMap<>(),
                                null));
    }

    private static TableLedger ledger(Orders orders, String path, Lane lane) {
        return TableLedger.open(path, orders.definition().name(), lane, new Configuration());
    }

    private static List<GenericRecord> ordersWithMicros(Orders orders, long from, long to) {
        Schema schema = orders.definition().wireSchema();
        return LongStream.range(from, to)
                .mapToObj(id -> Orders.order(
                        schema,
                        id,
                        Math.toIntExact(id),
                        Orders.START.plusSeconds(id).plusNanos(123_456_000)))
                .toList();
    }

    /** Rows without what tells of the way that they took, and when. */
    private static List<String> rows(Dataset<Row> table) {
        return table.drop("_ingest_lane", "_ingested_at").toJSON().collectAsList();
    }

    private Map<String, Long> outcomes(Orders orders) {
        Map<String, Long> outcomes = new TreeMap<>();
        quarantine(orders)
                .groupBy("outcome")
                .count()
                .collectAsList()
                .forEach(row -> outcomes.put(row.getString(0), row.getLong(1)));
        return outcomes;
    }

    private Dataset<Row> quarantine(Orders orders) {
        return spark.read()
                .format("delta")
                .load(orders.table() + "_quarantine")
                .selectExpr(
                        "*",
                        "coalesce(replay_outcome, 'none') AS outcome",
                        "decode(original, 'UTF-8') AS original_text");
    }

    private Dataset<Row> table(Orders orders) {
        return spark.read().format("delta").load(orders.table());
    }
}
