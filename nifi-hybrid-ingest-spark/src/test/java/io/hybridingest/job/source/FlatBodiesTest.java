package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.job.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.avro.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatBodiesTest {
    private static final String RECORD = """
            {"type": "record", "name": "R", "fields": [{"name": "id", "type": "string"}, {"name": "value", "type": %s}]}""";

    private static final Schema FLAT = new Schema.Parser().parse("""
            {"type": "record", "name": "Flat", "fields": [
              {"name": "truth", "type": "boolean"},
              {"name": "small", "type": "int"},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "clock", "type": {"type": "int", "logicalType": "time-millis"}},
              {"name": "large", "type": "long"},
              {"name": "millis", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "micros", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "local_millis", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
              {"name": "local_micros", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
              {"name": "single", "type": "float"},
              {"name": "twice", "type": "double"},
              {"name": "text", "type": "string"},
              {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
              {"name": "raw", "type": "bytes"},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}},
              {"name": "wide_price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 10}},
              {"name": "null_first", "type": ["null", "string"]},
              {"name": "null_last", "type": ["double", "null"]},
              {"name": "null_price", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 10}]}]}""");

    private final SparkSession spark = LocalSpark.session();

    @Test
    void readsWhatSparkReads() throws IOException {
        List<byte[]> bodies = List.of(
                body(
                        true, 7, 20_000, 1, 8L, 9L, 10L, 11L, 12L, 0.5f, 0.1, "Grüße", "u", "raw", 12_345, 67_890,
                        "there", 1.5, 3),
                body(false, 0, 0, 0, 0L, 0L, 0L, 0L, 0L, -0.0f, Double.NaN, "", "", "", 0, 0, null, null, null),
                // Before any reform of the calendar, and what comes after a longer text.
                body(
                        true,
                        Integer.MIN_VALUE,
                        -719_162,
                        -1,
                        Long.MIN_VALUE,
                        -62_135_596_800_000L,
                        -62_135_596_800_000_000L,
                        -1L,
                        -1L,
                        Float.MIN_VALUE,
                        -1e300,
                        "x",
                        "y",
                        "z",
                        -1,
                        -1,
                        "a",
                        -0.0,
                        -1));

        List<Row> read = read(bodies);

        assertThat(read).isEqualTo(sparks(bodies)).allSatisfy(row -> assertThat(row.isNullAt(0))
                .isFalse());
        assertThat(read.get(0).getStruct(0).<String>getAs("text")).isEqualTo("Grüße");
        assertThat(read.get(1).getStruct(0).isNullAt(17)).isTrue();
    }

    @Test
    void hasNoRecordWhereTheBytesAreNone() throws IOException {
        byte[] fine = body(true, 7, 0, 1, 8L, 9L, 10L, 11L, 12L, 0.5f, 0.1, "t", "u", "raw", 1, 1, "there", 1.5, 3);
        byte[] afterTheEndOfTime =
                body(true, 7, 0, 1, 8L, Long.MAX_VALUE, 1L, 1L, 1L, 0f, 0, "", "", "", 1, 1, null, null, null);
        byte[] noBranch = fine.clone();
        noBranch[noBranch.length - 3] = 4;
        List<byte[]> bodies = new ArrayList<>(List.of(afterTheEndOfTime, noBranch));
        for (int length = 0; length < fine.length; length++) {
            bodies.add(Arrays.copyOf(fine, length));
        }
        bodies.add(fine);

        List<Row> read = read(bodies);

        assertThat(read.subList(0, bodies.size() - 1))
                .allSatisfy(row -> assertThat(row.isNullAt(0)).isTrue());
        assertThat(read.get(bodies.size() - 1).getStruct(0).<Integer>getAs("small"))
                .isEqualTo(7);
    }

    @Test
    void readsOfBrokenBodiesWhatSparkReads() throws IOException {
        byte[] fine = body(true, 7, 0, 1, 8L, 9L, 10L, 11L, 12L, 0.5f, 0.1, "t", "u", "raw", 1, 1, "there", 1.5, 3);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> bodies = new ArrayList<>();
        while (bodies.size() < 500) {
            byte[] broken = fine.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            if (isWhole(broken)) {
                bodies.add(broken);
            }
        }

        Row noneOfSparks =
                RowFactory.create(RowFactory.create(new Object[FLAT.getFields().size()]));
        List<Row> expected = sparks(bodies).stream()
                .map(row -> row.equals(noneOfSparks) ? RowFactory.create((Object) null) : row)
                .toList();
        assertThat(read(bodies)).as("seed %d", seed).isEqualTo(expected);
    }

    /** As a body that comes to the decoder is. */
    private static boolean isWhole(byte[] body) {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(body, null);
        try {
            GenericDatumReader.skip(FLAT, decoder);
            return decoder.isEnd();
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException broken) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"array\", \"items\": \"long\"}",
                "{\"type\": \"map\", \"values\": \"long\"}",
                "{\"type\": \"record\", \"name\": \"Inner\", \"fields\": [{\"name\": \"x\", \"type\": \"long\"}]}",
                "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"]}",
                "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 4}",
                "[\"int\", \"long\"]",
                "[\"null\", \"int\", \"long\"]",
                "[\"null\", {\"type\": \"array\", \"items\": \"long\"}]",
                "\"null\""
            })
    void leavesOtherSchemasToSpark(String type) {
        Schema schema = new Schema.Parser().parse(RECORD.formatted(type));

        assertThat(record(schema)).isEmpty();
    }

    private Optional<Column> record(Schema schema) {
        return FlatBodies.record(col("body"), schema, AvroBodies.columns(spark, schema.toString()));
    }

    private List<Row> read(List<byte[]> bodies) {
        return frame(bodies).select(record(FLAT).orElseThrow()).collectAsList();
    }

    private List<Row> sparks(List<byte[]> bodies) {
        return frame(bodies)
                .select(functions.from_avro(col("body"), FLAT.toString(), Map.of("mode", "PERMISSIVE")))
                .collectAsList();
    }

    private Dataset<Row> frame(List<byte[]> bodies) {
        return spark.createDataFrame(
                        bodies.stream().map(RowFactory::create).toList(),
                        new StructType().add("body", DataTypes.BinaryType))
                .coalesce(1);
    }

    /** Numbers of bytes fields are unscaled decimals. */
    private static byte[] body(Object... values) throws IOException {
        GenericRecord record = new GenericData.Record(FLAT);
        for (int field = 0; field < values.length; field++) {
            record.put(field, value(FLAT.getFields().get(field).schema(), values[field]));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(FLAT).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static Object value(Schema schema, Object value) {
        boolean isBytes = schema.getType() == Schema.Type.BYTES
                || schema.isUnion() && schema.getTypes().stream().anyMatch(each -> each.getType() == Schema.Type.BYTES);
        if (!isBytes || value == null) {
            return schema.getType() == Schema.Type.DOUBLE ? ((Number) value).doubleValue() : value;
        }
        return ByteBuffer.wrap(
                value instanceof Integer unscaled
                        ? BigInteger.valueOf(unscaled).toByteArray()
                        : value.toString().getBytes(StandardCharsets.UTF_8));
    }
}
