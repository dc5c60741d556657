package io.hybridingest.job;

import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.pipeline.SystemFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A small pipeline in a directory of its own, and the landing files and messages that the processors would make for it. */
public final class Orders {
    /** When the first order was placed. */
    public static final Instant START = Instant.parse("2026-01-31T22:00:00Z");

    private static final String YAML = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - {name: order_id, type: long}
                - {name: customer, type: [null, string], default: null}
                - {name: amount, type: int}
                - {name: placed_at, type: {type: long, logicalType: timestamp-micros}}
            identity: [%s]
            event-time: {field: placed_at}
            checks: [%s]
            transform: %s
            stream: {encoding: %s}
            batch: {landing: %s}
            table: {path: %s, write: %s, partition-by: [%s]%s}
            """;

    private final Path home;
    private String identity = "order_id";
    private String checks = "";
    private String transform = "SELECT *, date(placed_at) AS day FROM input";
    private String encoding = "avro";
    private String write = "append";
    private String partition = "day";
    private String tableKeys = "";

    public Orders(Path home) {
        this.home = home;
    }

    public Orders identity(String fields) {
        identity = fields;
        return this;
    }

    public Orders checks(String yaml) {
        checks = yaml;
        return this;
    }

    public Orders transform(String sql) {
        transform = sql;
        return this;
    }

    public Orders encoding(String name) {
        encoding = name;
        return this;
    }

    public Orders write(String name) {
        write = name;
        return this;
    }

    public Orders partition(String columns) {
        partition = columns;
        return this;
    }

    /** More keys of the section {@code table}, such as {@code tombstone: deleted}. */
    public Orders tableKeys(String yaml) {
        tableKeys = ", " + yaml;
        return this;
    }

    public PipelineDefinition definition() {
        return PipelineDefinition.fromYaml(
                YAML.formatted(identity, checks, transform, encoding, landing(), table(), write, partition, tableKeys));
    }

    public String table() {
        return home.resolve("table").toString();
    }

    public Path landing() {
        return home.resolve("landing");
    }

    /** Columns that orders have in Spark. */
    public StructType columns(SparkSession spark) {
        return AvroBodies.columns(spark, definition().wireSchema().toString());
    }

    /** The canonical definition as the launcher writes it. */
    public Path file() {
        Path file = home.resolve("pipeline.json");
        try {
            Files.createDirectories(home);
            return Files.writeString(file, definition().toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A prepared order: placed one minute after the one before it. */
    public static GenericRecord order(Schema schema, long id, int amount, Instant placedAt) {
        GenericRecord order = new GenericData.Record(schema);
        order.put("order_id", id);
        order.put("customer", "c" + id % 7);
        order.put("amount", amount);
        order.put("placed_at", micros(placedAt));
        order.put(SystemFields.INGEST_ID, IngestId.ofValues(List.of(id)));
        order.put(SystemFields.SOURCE, "test");
        return order;
    }

    /** Microseconds since 1970; the difference in nanoseconds would not fit a long before 1677. */
    private static long micros(Instant at) {
        return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), at.get(ChronoField.MICRO_OF_SECOND));
    }

    public GenericRecord order(long id) {
        return order(definition().wireSchema(), id, Math.toIntExact(id), START.plus(id, ChronoUnit.MINUTES));
    }

    public List<GenericRecord> orders(long from, long to) {
        Schema schema = definition().wireSchema();
        return java.util.stream.LongStream.range(from, to)
                .mapToObj(id -> order(schema, id, Math.toIntExact(id), START.plus(id, ChronoUnit.MINUTES)))
                .toList();
    }

    /** A record that was quarantined before it came. */
    static QuarantinedRecord invalid() {
        return new QuarantinedRecord(
                "0123",
                null,
                "prepare",
                List.of(new Reason("wrong-type", "amount", "is no number", "x")),
                "{}".getBytes(StandardCharsets.UTF_8),
                "in.json",
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Lands records as a container, by rename. */
    public Path land(String name, List<GenericRecord> records) {
        return land("records", name, records);
    }

    public Path land(String directory, String name, List<GenericRecord> records) {
        Path target = landing().resolve(directory).resolve(name);
        try {
            Files.createDirectories(target.getParent());
            Path hidden = target.resolveSibling("." + name);
            Schema schema = records.get(0).getSchema();
            try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
                writer.setCodec(CodecFactory.zstandardCodec(3));
                writer.setSyncInterval(2000);
                writer.create(schema, hidden.toFile());
                for (GenericRecord each : records) {
                    writer.append(each);
                }
            }
            return Files.move(hidden, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A message in single-object encoding. */
    public static byte[] message(GenericRecord order) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(SingleObjectEncoding.of(order.getSchema()).prefix());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(order.getSchema()).write(order, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
