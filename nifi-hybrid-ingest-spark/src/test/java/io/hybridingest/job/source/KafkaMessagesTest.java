package io.hybridingest.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.job.LocalSpark;
import io.hybridingest.job.Orders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KafkaMessagesTest {
    private static final StructType MESSAGES = new StructType()
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("value", DataTypes.BinaryType);

    private static final int BYTES = 256;
    private static final int MANY = 100;

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

    /** Spark's planner once took twice as long for each field that must have a value. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void jsonRecordsMayHaveManyFields() {
        SchemaBuilder.FieldAssembler<Schema> fields =
                SchemaBuilder.record("Wide").fields().requiredString("_ingest_id");
        List<String> texts = new ArrayList<>();
        for (int field = 0; field < MANY; field++) {
            fields.requiredLong("f" + field);
            texts.add("\"f%1$d\": %1$d".formatted(field));
        }
        String whole = "{\"_ingest_id\": \"07\", " + String.join(", ", texts) + "}";
        Dataset<Row> messages = spark.createDataFrame(
                List.of(
                        RowFactory.create(bytes(whole), "o-0", 0L),
                        RowFactory.create(bytes(whole.replace("\"f98\": 98, ", "")), "o-1", 0L)),
                new StructType()
                        .add("value", DataTypes.BinaryType)
                        .add(Envelope.ORIGIN, DataTypes.StringType)
                        .add(Envelope.EVENT_MILLIS, DataTypes.LongType));

        List<Row> rows = JsonMessages.decode(messages, fields.endRecord()).collectAsList();

        assertThat(rows).extracting(row -> row.<String>getAs(Envelope.PROBLEM)).containsExactly(null, "missing-field");
        assertThat(rows.get(0).<Long>getAs("f99")).isEqualTo(99);
        assertThat(rows.get(1).<String>getAs(Envelope.MESSAGE)).contains("The field f98 has no value");
    }

    @Test
    void noByteThatAMessageBeginsWithStopsTheOthers() {
        byte[] avro = Orders.message(new Orders(home).order(7));
        assertThat(problems(new Orders(home), avro)).containsExactly("not-prepared");
        byte[] json = bytes("""
                {"order_id": 7, "amount": 3, "placed_at": "2026-02-01T00:00:00.5Z", "_ingest_id": "07", "_source": "s"}""");
        assertThat(problems(new Orders(home).encoding("json"), json)).isSubsetOf("undecodable", "not-prepared");
    }

    /** Which problems messages have that begin with any other byte than a good one, and end there or go on as it does. */
    private SortedSet<String> problems(Orders orders, byte[] fine) {
        byte[][] messages = new byte[2 * BYTES][];
        for (int value = 0; value < BYTES; value++) {
            messages[value] = fine.clone();
            messages[value][0] = (byte) value;
            messages[BYTES + value] = new byte[] {(byte) value};
        }
        SortedSet<String> problems = new TreeSet<>();
        int good = 0;
        for (Row row : decode(orders, messages)) {
            String problem = row.getAs(Envelope.PROBLEM);
            if (problem == null) {
                good++;
                assertThat(row.<Long>getAs("order_id")).isEqualTo(7);
            } else {
                problems.add(problem);
                assertThat(row.<byte[]>getAs(Envelope.ORIGINAL)).isNotEmpty();
            }
        }
        assertThat(good).as("the good one among all %d", messages.length).isEqualTo(1);
        return problems;
    }

    @Test
    void decodesMessagesOfEverySchemaThatThePipelineHad() {
        Orders orders = new Orders(home);
        Schema first = earlier("long", "timestamp-micros", "note", "{\"type\":\"string\"}");
        schemas(first);
        Schema second = earlier("int", "timestamp-micros", "note", "[\"null\",\"string\"]");
        schemas(second);
        byte[] longer = Orders.message(order(second, 9));
        longer = Arrays.copyOf(longer, longer.length + 1);

        List<Row> rows = decode(
                orders,
                Orders.message(order(first, 7L)),
                Orders.message(orders.order(8)),
                Orders.message(order(second, 9)),
                longer);

        assertThat(rows)
                .extracting(row -> row.<String>getAs(Envelope.PROBLEM))
                .containsExactly(null, null, null, "undecodable");
        assertThat(rows.subList(0, 3))
                .extracting(row -> row.<Long>getAs("order_id"))
                .containsExactly(7L, 8L, 9L);
        Row old = rows.get(0);
        assertThat(old.<String>getAs("customer"))
                .as("the default, as the schema then had no such field")
                .isNull();
        assertThat(old.<Timestamp>getAs("placed_at").toInstant()).isEqualTo(Orders.START);
        assertThat(old.<String>getAs("_ingest_id")).isEqualTo("07");
    }

    @Test
    void namesTheFieldOfAnEarlierSchemaThatThePresentOneCannotRead() {
        Orders orders = new Orders(home);
        Schema text = earlier("string", "timestamp-micros", "note", "\"string\"");
        Schema millis = earlier("long", "timestamp-millis", "note", "\"string\"");
        schemas(text);
        schemas(millis);
        byte[] message = Orders.message(order(text, "seven"));

        List<Row> rows = decode(orders, message, Orders.message(order(millis, 7L)));

        assertThat(rows).extracting(row -> row.<String>getAs(Envelope.PROBLEM)).containsOnly("incompatible-schema");
        assertThat(rows.get(0).<String>getAs(Envelope.MESSAGE)).contains("string", "long");
        assertThat(rows.get(0).<byte[]>getAs(Envelope.ORIGINAL)).isEqualTo(message);
        assertThat(rows.get(1).<String>getAs(Envelope.MESSAGE))
                .contains("the field placed_at was timestamp-millis and is timestamp-micros");
    }

    @Test
    void refusesASchemaWhoseMessagesLookLikeThoseOfAnEarlierOneAndMeanSomethingElse() {
        String before = new Orders(home).definition().wireSchema().toString();
        schemas(new Schema.Parser().parse(before));
        Schema after = new Schema.Parser().parse(before.replace("timestamp-micros", "timestamp-millis"));

        assertThatThrownBy(() -> schemas(after))
                .isInstanceOf(RefusedSchemaException.class)
                .hasMessageContaining("the field placed_at was timestamp-micros and is timestamp-millis");
        assertThatCode(() -> schemas(new Schema.Parser().parse(before))).doesNotThrowAnyException();
    }

    private WriterSchemas schemas(Orders orders) {
        return schemas(orders.definition().wireSchema());
    }

    /** As a start of the job does. */
    private WriterSchemas schemas(Schema wire) {
        return WriterSchemas.keep(new Orders(home).table(), wire, new Configuration());
    }

    /** A wire schema of the pipeline before it had customers. */
    private static Schema earlier(String idType, String timeType, String extraField, String extraType) {
        return new Schema.Parser().parse("""
                {"type": "record", "name": "OrderPrepared", "fields": [
                  {"name": "order_id", "type": "%s"},
                  {"name": "%s", "type": %s},
                  {"name": "amount", "type": "int"},
                  {"name": "placed_at", "type": {"type": "long", "logicalType": "%s"}},
                  {"name": "_ingest_id", "type": "string"},
                  {"name": "_source", "type": "string"},
                  {"name": "_rescued", "type": ["null", "string"]}]}""".formatted(idType, extraField, extraType, timeType));
    }

    private static GenericRecord order(Schema schema, Object id) {
        return new GenericRecordBuilder(schema)
                .set("order_id", id)
                .set("note", "n")
                .set("amount", 1)
                .set("placed_at", ChronoUnit.MICROS.between(Instant.EPOCH, Orders.START))
                .set("_ingest_id", "0" + id)
                .set("_source", "before")
                .set("_rescued", null)
                .build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Row> decode(Orders orders, byte[]... values) {
        List<Row> messages = new ArrayList<>();
        for (byte[] value : values) {
            messages.add(RowFactory.create("orders", 1, (long) messages.size(), new Timestamp(1000), value));
        }
        Dataset<Row> decoded = KafkaMessages.decode(
                spark.createDataFrame(messages, MESSAGES).coalesce(1), orders.definition(), schemas(orders));
        return decoded.collectAsList();
    }
}
