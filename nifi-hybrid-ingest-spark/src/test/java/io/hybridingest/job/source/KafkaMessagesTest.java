package io.hybridingest.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.LocalSpark;
import io.hybridingest.job.Orders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaMessagesTest {
    private static final StructType MESSAGES = new StructType()
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("value", DataTypes.BinaryType);

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @Test
    void decodesWhatIsPreparedAndExplainsTheRest() {
        Orders orders = new Orders(home);
        byte[] fine = Orders.message(orders.order(7));
        byte[] longer = Arrays.copyOf(fine, fine.length + 1);
        byte[] shorter = Arrays.copyOf(fine, fine.length - 3);
        byte[] hugeLength = fine.clone();
        Arrays.fill(hugeLength, 12, 16, (byte) 0xFE);
        GenericRecord foreign = new GenericRecordBuilder(SchemaBuilder.record("Foreign")
                        .fields()
                        .requiredLong("x")
                        .endRecord())
                .set("x", 1L)
                .build();

        List<Row> rows = decode(
                orders,
                fine,
                Orders.message(foreign),
                "{}".getBytes(StandardCharsets.UTF_8),
                longer,
                shorter,
                hugeLength,
                null);

        assertThat(rows)
                .extracting(row -> row.<String>getAs(Envelope.PROBLEM))
                .containsExactly(
                        null,
                        "unknown-schema",
                        "not-prepared",
                        "undecodable",
                        "undecodable",
                        "undecodable",
                        "not-prepared");
        Row decoded = rows.get(0);
        assertThat(decoded.<Long>getAs("order_id")).isEqualTo(7);
        assertThat(decoded.<Timestamp>getAs("placed_at").toInstant()).isEqualTo(Orders.START.plusSeconds(7 * 60));
        assertThat(decoded.<byte[]>getAs(Envelope.ORIGINAL)).isNull();
        assertThat(rows.get(4).<byte[]>getAs(Envelope.ORIGINAL)).isEqualTo(shorter);
        assertThat(rows.get(4).<String>getAs(Envelope.ORIGIN)).isEqualTo("orders-1-4");
        assertThat(rows.get(6).<byte[]>getAs(Envelope.ORIGINAL)).isEmpty();
    }

    @Test
    void decodesJsonObjects() {
        Orders orders = new Orders(home).encoding("json");
        String fine = """
                {"order_id": 7, "customer": null, "amount": 3, "placed_at": "2026-02-01T00:00:00.5Z",
                 "_ingest_id": "07", "_source": "s", "_rescued": "{\\"x\\":1}"}""";

        List<Row> rows = decode(
                orders,
                bytes(fine),
                bytes(fine.replace("\"2026-02-01T00:00:00.5Z\"", "1769904000500000")),
                bytes("{\"order_id\": 7,"),
                bytes(fine.replace("\"07\"", "null")),
                bytes(fine.replace("3,", "\"three\",")),
                bytes(fine.replace("\"2026-02-01T00:00:00.5Z\"", "\"yesterday\"")),
                null);

        assertThat(rows)
                .extracting(row -> row.<String>getAs(Envelope.PROBLEM))
                .containsExactly(
                        null, null, "undecodable", "not-prepared", "undecodable", "missing-field", "undecodable");
        assertThat(rows.subList(0, 2)).allSatisfy(row -> {
            assertThat(row.<Timestamp>getAs("placed_at").toInstant()).isEqualTo("2026-02-01T00:00:00.500Z");
            assertThat(row.<String>getAs("_rescued")).isEqualTo("{\"x\":1}");
        });
        assertThat(rows.get(5).<String>getAs(Envelope.MESSAGE)).contains("The field placed_at has no value");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Row> decode(Orders orders, byte[]... values) {
        List<Row> messages = new ArrayList<>();
        for (byte[] value : values) {
            messages.add(RowFactory.create("orders", 1, (long) messages.size(), new Timestamp(1000), value));
        }
        Dataset<Row> decoded =
                KafkaMessages.decode(spark.createDataFrame(messages, MESSAGES).coalesce(1), orders.definition());
        return decoded.collectAsList();
    }
}
