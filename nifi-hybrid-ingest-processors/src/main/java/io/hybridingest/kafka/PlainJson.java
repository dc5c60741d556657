package io.hybridingest.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * An Avro value as the JSON that people and Spark's {@code from_json} expect: unions without a wrapper, timestamps as
 * ISO-8601 in UTC, dates as {@code 2013-01-31}, decimals as numbers, bytes in Base64, times of day as the numbers that
 * Avro keeps. Stateless.
 */
final class PlainJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final GenericData DATA = GenericData.get();

    private PlainJson() {}

    /** One JSON object in UTF-8, without a line break. */
    static byte[] encode(IndexedRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        write(record.getSchema(), record, bytes);
        return bytes.toByteArray();
    }

    /** A single value as text: JSON, without the quotes where it is a string. */
    static String text(Schema schema, Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        write(schema, value, bytes);
        String json = bytes.toString(StandardCharsets.UTF_8);
        boolean quoted = json.length() > 1 && json.startsWith("\"");
        return quoted ? json.substring(1, json.length() - 1) : json;
    }

    private static void write(Schema schema, Object value, ByteArrayOutputStream bytes) {
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
            write(json, schema, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator json, Schema schema, Object value) throws IOException {
        switch (schema.getType()) {
            case NULL -> json.writeNull();
            case UNION -> write(json, schema.getTypes().get(DATA.resolveUnion(schema, value)), value);
            case RECORD -> writeRecord(json, schema, (IndexedRecord) value);
            case ARRAY -> {
                json.writeStartArray();
                for (Object element : (Collection<?>) value) {
                    write(json, schema.getElementType(), element);
                }
                json.writeEndArray();
            }
            case MAP -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    json.writeFieldName(entry.getKey().toString());
                    write(json, schema.getValueType(), entry.getValue());
                }
                json.writeEndObject();
            }
            case BOOLEAN -> json.writeBoolean((Boolean) value);
            case FLOAT -> json.writeNumber((Float) value);
            case DOUBLE -> json.writeNumber((Double) value);
            case STRING, ENUM -> json.writeString(value.toString());
            case INT, LONG -> writeInteger(json, schema.getLogicalType(), ((Number) value).longValue());
            case BYTES -> writeBytes(json, schema.getLogicalType(), bytesOf((ByteBuffer) value));
            case FIXED -> writeBytes(json, schema.getLogicalType(), ((GenericFixed) value).bytes());
        }
    }

    private static void writeRecord(JsonGenerator json, Schema schema, IndexedRecord record) throws IOException {
        json.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
            json.writeFieldName(field.name());
            write(json, field.schema(), record.get(field.pos()));
        }
        json.writeEndObject();
    }

    private static void writeInteger(JsonGenerator json, LogicalType type, long value) throws IOException {
        switch (type) {
            case LogicalTypes.TimestampMillis millis ->
                json.writeString(Instant.ofEpochMilli(value).toString());
            case LogicalTypes.TimestampMicros micros ->
                json.writeString(Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString());
            case LogicalTypes.LocalTimestampMillis millis ->
                json.writeString(
                        local(Instant.EPOCH.plus(value, ChronoUnit.MILLIS)).toString());
            case LogicalTypes.LocalTimestampMicros micros ->
                json.writeString(
                        local(Instant.EPOCH.plus(value, ChronoUnit.MICROS)).toString());
            case LogicalTypes.Date date ->
                json.writeString(LocalDate.ofEpochDay(value).toString());
            case null, default -> json.writeNumber(value);
        }
    }

    private static LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static void writeBytes(JsonGenerator json, LogicalType type, byte[] value) throws IOException {
        if (type instanceof LogicalTypes.Decimal decimal) {
            json.writeNumber(new BigDecimal(new BigInteger(value), decimal.getScale()));
        } else {
            json.writeBinary(value);
        }
    }

    private static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
