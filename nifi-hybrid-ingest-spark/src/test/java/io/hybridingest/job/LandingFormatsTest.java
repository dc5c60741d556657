package io.hybridingest.job;

import static org.apache.spark.sql.functions.base64;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.source.KafkaMessages;
import io.hybridingest.job.source.WriterSchemas;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandingFormatsTest {
    private static final String YAML = """
            pipeline: things
            schema:
              type: record
              name: Thing
              fields:
                - {name: id, type: long}
                - {name: name, type: [null, string]}
                - {name: kind, type: {type: enum, name: Kind, symbols: [A, B]}}
                - {name: count, type: int}
                - {name: share, type: double}
                - {name: weight, type: [null, float]}
                - {name: good, type: boolean}
                - {name: price, type: {type: bytes, logicalType: decimal, precision: 18, scale: 4}}
                - {name: day, type: {type: int, logicalType: date}}
                - {name: at, type: {type: long, logicalType: timestamp-micros}}
                - {name: seen, type: [null, {type: long, logicalType: timestamp-millis}]}
                - {name: raw, type: bytes}
                - {name: tags, type: {type: array, items: string}}
                - {name: limits, type: {type: map, values: int}}
                - {name: place, type: {type: record, name: Place, fields: [{name: city, type: string}, {name: zip, type: [null, string]}]}}
            identity: [id]
            event-time: {field: at}
            batch: {landing: %1$s/landing}
            table: {path: %1$s/table}
            """;

    /** The first of January of the year 1, which many take for "unknown". */
    private static final int FIRST_DAY = -719_162;

    private final SparkSession spark = LocalSpark.session();

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"avro", "jsonl", "csv", "parquet"})
    void theRowsAreThoseOfTheStreamLane(String format) throws Exception {
        PipelineDefinition definition = definition();
        List<GenericRecord> records = things(definition.wireSchema());
        Dataset<Row> streamed = streamed(definition, records);
        land(format, streamed, definition, records);

        runBatch(definition);

        Dataset<Row> landed =
                spark.read().format("delta").load(definition.table().path()).drop("_ingest_lane", "_ingested_at");
        assertThat(quarantine(definition)).isEmpty();
        assertThat(landed.schema().toDDL()).isEqualTo(streamed.schema().toDDL());
        assertThat(rows(landed)).hasSize(records.size()).isEqualTo(rows(streamed));
    }

    @Test
    void brokenLinesAndFilesAreNamedAndTheOthersComeIn() throws Exception {
        Orders orders = new Orders(home);
        Path directory = Files.createDirectories(orders.landing().resolve("records"));
        String good =
                "{\"order_id\":%d,\"amount\":1,\"placed_at\":\"2026-01-31T22:00:00Z\",\"_ingest_id\":\"%s\",\"_source\":\"f\"}";
        Files.writeString(
                directory.resolve("a.jsonl"),
                String.join("\n", good.formatted(1, id(1)), "", "{\"order_id\":", good.formatted(2, id(2))));
        Files.writeString(directory.resolve("array.json"), "[" + good.formatted(9, id(9)) + "]");
        Files.writeString(
                directory.resolve("b.csv"),
                "order_id,customer,amount,placed_at,_ingest_id,_source,more\r\n"
                        + "3,\"a \"\"b\"\",\r\nc\",1,2026-01-31T22:00:00Z," + id(3) + ",f,x\r\n"
                        + "4,too,few\r\n"
                        + "5,,many,2026-01-31T22:00:00Z," + id(5) + ",f,\r\n"
                        + "6,,1,2026-01-31T22:00:00Z," + id(6) + ",f,\r\n");
        Files.writeString(directory.resolve("headless.csv"), "7,,1\n");
        Files.write(
                directory.resolve("latin.csv"),
                "order_id,_ingest_id\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(directory.resolve("c.parquet"), "no parquet");
        Files.writeString(directory.resolve("empty.jsonl"), "");

        runBatch(orders.definition());
        runBatch(orders.definition());

        Map<Long, String> customers = new TreeMap<>();
        spark.read()
                .format("delta")
                .load(orders.table())
                .collectAsList()
                .forEach(row -> customers.put(row.getAs("order_id"), String.valueOf(row.<String>getAs("customer"))));
        assertThat(customers).isEqualTo(Map.of(1L, "null", 2L, "null", 3L, "a \"b\",\r\nc", 6L, "null"));
        assertThat(quarantine(orders.definition()))
                .isEqualTo(Map.of(
                        "a.jsonl#3", "decode undecodable",
                        "array.json", "read damaged-file",
                        "b.csv#2", "decode undecodable",
                        "b.csv#3", "decode undecodable",
                        "headless.csv", "read damaged-file",
                        "latin.csv", "read damaged-file",
                        "c.parquet", "read damaged-file"));
    }

    private PipelineDefinition definition() {
        return PipelineDefinition.fromYaml(YAML.formatted(home));
    }

    private static String id(long id) {
        return IngestId.ofValues(List.of(id));
    }

    private static List<GenericRecord> things(Schema wire) {
        List<GenericRecord> things = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            GenericRecord thing = new GenericData.Record(wire);
            thing.put("id", Long.MAX_VALUE - i);
            thing.put("name", i % 4 == 0 ? null : i % 4 == 1 ? "" : " é, \"" + i + "\"\n\\ ");
            thing.put("kind", new GenericData.EnumSymbol(wire.getField("kind").schema(), i % 2 == 0 ? "A" : "B"));
            thing.put("count", -i);
            thing.put("share", Math.sqrt(i) * (i % 2 == 0 ? 1e-300 : 1e15));
            thing.put("weight", i % 3 == 0 ? null : i / 3f);
            thing.put("good", i % 2 == 0);
            Schema decimal = wire.getField("price").schema();
            thing.put(
                    "price",
                    new Conversions.DecimalConversion()
                            .toBytes(BigDecimal.valueOf(i * 12345678901L, 4), decimal, decimal.getLogicalType()));
            thing.put("day", i == 1 ? FIRST_DAY : 20_000 - 1000 * i);
            thing.put("at", i == 1 ? FIRST_DAY * 86_400_000_000L : 1_769_900_000_123_456L - i * 86_400_000_001L);
            thing.put("seen", i % 3 == 0 ? null : 1_769_900_000_123L - i);
            thing.put("raw", ByteBuffer.wrap(new byte[] {(byte) i, 0, -1}));
            thing.put("tags", i % 2 == 0 ? List.of() : List.of("a", "b,\"" + i));
            thing.put("limits", i % 2 == 0 ? Map.of() : new HashMap<>(Map.of("k" + i, i)));
            GenericRecord place = new GenericData.Record(wire.getField("place").schema());
            place.put("city", "c" + i);
            place.put("zip", i % 2 == 0 ? null : "0" + i);
            thing.put("place", place);
            thing.put("_ingest_id", id(i));
            thing.put("_source", "s");
            thing.put("_rescued", i % 5 == 0 ? "{\"x\": 1}" : null);
            things.add(thing);
        }
        return things;
    }

    private Dataset<Row> streamed(PipelineDefinition definition, List<GenericRecord> records) {
        StructType message = new StructType()
                .add("value", DataTypes.BinaryType)
                .add(Envelope.ORIGIN, DataTypes.StringType)
                .add(Envelope.EVENT_MILLIS, DataTypes.LongType);
        List<Row> messages = records.stream()
                .map(each -> RowFactory.create(Orders.message(each), "t-0-0", 0L))
                .toList();
        WriterSchemas schemas = WriterSchemas.keep(
                home.resolve("schemas").toString(),
                definition.wireSchema(),
                spark.sessionState().newHadoopConf());
        return KafkaMessages.decodeEnveloped(spark.createDataFrame(messages, message), definition, schemas)
                .drop(Envelope.COLUMNS.toArray(String[]::new));
    }

    /** As another writer would have made the file. */
    private void land(String format, Dataset<Row> rows, PipelineDefinition definition, List<GenericRecord> records)
            throws IOException {
        Path directory = Files.createDirectories(home.resolve("landing/records"));
        Path out = home.resolve("out");
        Map<String, String> exact = Map.of("timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX");
        switch (format) {
            case "avro" -> new Orders(home).land("a.avro", records);
            case "jsonl" -> rows.coalesce(1).write().options(exact).json(out.toString());
            case "csv" ->
                rows.select(Arrays.stream(rows.schema().fields())
                                .map(LandingFormatsTest::cell)
                                .toArray(Column[]::new))
                        .coalesce(1)
                        .write()
                        .options(exact)
                        .option("header", "true")
                        .option("escape", "\"")
                        .option("ignoreLeadingWhiteSpace", "false")
                        .option("ignoreTrailingWhiteSpace", "false")
                        .csv(out.toString());
            default -> rows.coalesce(1).write().parquet(out.toString());
        }
        if (!format.equals("avro")) {
            try (java.util.stream.Stream<Path> parts = Files.list(out)) {
                Path part = parts.filter(path -> path.getFileName().toString().startsWith("part-"))
                        .findFirst()
                        .orElseThrow();
                Files.move(part, directory.resolve("a." + format));
            }
        }
    }

    private static Column cell(StructField field) {
        Column value = col(field.name());
        if (field.dataType() instanceof BinaryType) {
            return base64(value).as(field.name());
        }
        boolean isNested = field.dataType() instanceof StructType
                || field.dataType() instanceof ArrayType
                || field.dataType() instanceof MapType;
        return isNested ? to_json(value).as(field.name()) : value;
    }

    private static List<String> rows(Dataset<Row> rows) {
        return rows
                .withColumn("raw", base64(col("raw")))
                .withColumn("at", col("at").cast("string"))
                .collectAsList()
                .stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    private Map<String, String> quarantine(PipelineDefinition definition) {
        Map<String, String> found = new TreeMap<>();
        Dataset<Row> rows = spark.read().format("delta").load(definition.table().quarantinePath());
        for (Row row : rows.withColumn("code", col("reasons").getItem(0).getField("code"))
                .collectAsList()) {
            String source = row.getAs("source");
            found.put(
                    source.substring(source.lastIndexOf('/') + 1),
                    row.<String>getAs("stage") + " " + row.<String>getAs("code"));
        }
        return found;
    }

    private void runBatch(PipelineDefinition definition) throws Exception {
        Path file = Files.writeString(home.resolve("pipeline.json"), definition.toJson());
        JobOptions options = JobOptions.parse("--mode", "batch", "--pipeline", file.toString());
        try (LaneQueries queries =
                LaneQueries.open(spark, definition, options, JobSettings.of(new SparkConf()), new StopGate(), null)) {
            queries.runBatch();
        }
    }
}
