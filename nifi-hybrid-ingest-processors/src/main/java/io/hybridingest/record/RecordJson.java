package io.hybridingest.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.nifi.serialization.record.Record;

/**
 * Values of records as JSON, as they came: nothing is converted, nothing rounded. Dates and times become ISO-8601 text,
 * bytes Base64. Stateless.
 */
public final class RecordJson {
    /** Deeper than any reader goes, whose values are wrapped once more here. */
    private static final StreamWriteConstraints LIMITS =
            StreamWriteConstraints.builder().maxNestingDepth(100_000).build();

    private static final JsonFactory JSON =
            JsonFactory.builder().streamWriteConstraints(LIMITS).build();

    private RecordJson() {}

    /**
     * One value as JSON in UTF-8.
     *
     * @param value a record, map, list, array or single value of a record reader or of Avro; may be null
     * @param redaction what has to be hidden
     */
    public static byte[] bytes(Object value, Redaction redaction) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            write(generator, value, redaction);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON could not be written to memory", e);
        }
        return out.toByteArray();
    }

    /** One value as JSON text, with nothing hidden. */
    public static String text(Object value) {
        return new String(bytes(value, Redaction.NOTHING), StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, Object value, Redaction redaction) throws IOException {
        if (value != null && redaction.hides(value)) {
            json.writeString(Redaction.HIDDEN);
            return;
        }
        switch (value) {
            case null -> json.writeNull();
            case Record record -> writeObject(json, record.toMap(), redaction);
            case Map<?, ?> map -> writeObject(json, map, redaction);
            case IndexedRecord record -> writeAvro(json, record, redaction);
            case Iterable<?> items -> writeItems(json, items, redaction);
            case byte[] bytes -> json.writeBinary(bytes);
            case ByteBuffer bytes -> json.writeBinary(remaining(bytes));
            case GenericFixed fixed -> json.writeBinary(fixed.bytes());
            case Boolean flag -> json.writeBoolean(flag);
            case Number number -> writeNumber(json, number);
            default -> writeOther(json, value, redaction);
        }
    }

    private static void writeObject(JsonGenerator json, Map<?, ?> map, Redaction redaction) throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = String.valueOf(entry.getKey());
            json.writeFieldName(name);
            write(json, entry.getValue(), redaction.of(name));
        }
        json.writeEndObject();
    }

    private static void writeAvro(JsonGenerator json, IndexedRecord record, Redaction redaction) throws IOException {
        json.writeStartObject();
        for (Schema.Field field : record.getSchema().getFields()) {
            json.writeFieldName(field.name());
            write(json, readable(record.get(field.pos()), field.schema()), redaction.of(field.name()));
        }
        json.writeEndObject();
    }

    /** As {@link AvroRecords#readable}, and so is what an array or a map holds: only the schema around it knows its logical type. */
    private static Object readable(Object value, Schema declared) {
        return switch (AvroRecords.readable(value, declared)) {
            case Collection<?> items -> {
                Schema element = AvroRecords.branch(value, declared).getElementType();
                List<Object> readable = new ArrayList<>(items.size());
                items.forEach(item -> readable.add(readable(item, element)));
                yield readable;
            }
            case Map<?, ?> map -> {
                Schema type = AvroRecords.branch(value, declared).getValueType();
                Map<Object, Object> readable = new LinkedHashMap<>();
                map.forEach((key, entry) -> readable.put(key, readable(entry, type)));
                yield readable;
            }
            case null -> null;
            case Object other -> other;
        };
    }

    private static void writeItems(JsonGenerator json, Iterable<?> items, Redaction redaction) throws IOException {
        json.writeStartArray();
        for (Object item : items) {
            write(json, item, redaction.ofElement());
        }
        json.writeEndArray();
    }

    private static void writeNumber(JsonGenerator json, Number number) throws IOException {
        switch (number) {
            case Integer n -> json.writeNumber(n);
            case Long n -> json.writeNumber(n);
            case Double n -> json.writeNumber(n);
            case Float n -> json.writeNumber(n);
            case BigDecimal n -> json.writeNumber(n);
            case BigInteger n -> json.writeNumber(n);
            default -> json.writeNumber(number.toString());
        }
    }

    private static void writeOther(JsonGenerator json, Object value, Redaction redaction) throws IOException {
        if (value.getClass().isArray()) {
            json.writeStartArray();
            for (int i = 0; i < Array.getLength(value); i++) {
                write(json, Array.get(value, i), redaction.ofElement());
            }
            json.writeEndArray();
        } else if (value instanceof java.sql.Date || value instanceof java.sql.Time) {
            json.writeString(value.toString());
        } else if (value instanceof java.util.Date date) {
            json.writeString(date.toInstant().toString());
        } else {
            json.writeString(value.toString());
        }
    }

    private static byte[] remaining(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
