package io.hybridingest.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hybridingest.pipeline.FieldPath;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.InstantReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.Schema;

/**
 * Takes a line of JSON for a message as it is, and finds in it what a Kafka message needs besides the line itself. Every token is looked at, so that what is
 * no JSON is noticed, but no value is built that is not asked for. Immutable; one instance serves all threads.
 */
final class JsonLayout {
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private static final long MICROS_PER_MILLI = 1000;

    private final RecordLayout layout;
    private final InstantReader instants;
    private final List<String> eventTime;
    private final List<String> partitionField;

    /** @param normalise how text becomes a timestamp, beside ISO-8601 */
    JsonLayout(RecordLayout layout, Prepare.Normalise normalise) {
        this.layout = layout;
        this.instants = new InstantReader(normalise);
        this.eventTime = names(layout.eventTime());
        this.partitionField = layout.partitionField() == null ? List.of() : names(layout.partitionField());
    }

    /**
     * Finds a record in {@code length} bytes from {@code offset} on.
     *
     * @throws IOException with a sentence, where they are no prepared record
     */
    PreparedRecord find(byte[] bytes, int offset, int length, long index) throws IOException {
        Found found = new Found();
        try (JsonParser json = JSON.createParser(bytes, offset, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            visit(json, bytes, offset, 0, true, true, found);
            if (json.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
        }
        if (found.ingestId == null) {
            throw new IOException("it has no " + SystemFields.INGEST_ID);
        }
        return new PreparedRecord(
                index,
                PreparedRecord.Form.JSON,
                bytes,
                offset,
                length,
                found.ingestId,
                found.eventTimeMillis,
                found.partitionKey);
    }

    /** The text of a field of the outermost object; empty where it has none. */
    static String text(PreparedRecord record, String field) throws IOException {
        try (JsonParser json = JSON.createParser(record.bytes(), record.offset(), record.length())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals(field);
                json.nextToken();
                if (wanted && json.currentToken().isScalarValue()) {
                    return json.getText();
                }
                json.skipChildren();
            }
            return "";
        }
    }

    /** Visits the fields of one object; the flags say whether it lies on the way to event time and partitioning field. */
    private void visit(
            JsonParser json, byte[] bytes, int offset, int depth, boolean timeBelow, boolean keyBelow, Found found)
            throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            boolean time = timeBelow && name.equals(eventTime.get(depth));
            boolean key = keyBelow && depth < partitionField.size() && name.equals(partitionField.get(depth));
            JsonToken value = json.nextToken();
            if (depth == 0 && value == JsonToken.VALUE_STRING && name.equals(SystemFields.INGEST_ID)) {
                found.ingestId = utf8(json.getText());
            }
            if (time && depth == eventTime.size() - 1) {
                found.eventTimeMillis = millis(json);
                time = false;
            }
            if (key && depth == partitionField.size() - 1) {
                found.partitionKey = key(json, bytes, offset);
                key = false;
            }
            if (json.currentToken() == JsonToken.START_OBJECT && (time || key)) {
                visit(json, bytes, offset, depth + 1, time, key, found);
            } else {
                json.skipChildren();
            }
        }
    }

    /** A number counts in the unit of its Avro type, as the job takes it. */
    private Long millis(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> layout.millis(json.getLongValue());
            case VALUE_STRING -> {
                OptionalLong micros = instants.epochMicros(json.getText());
                if (micros.isEmpty()) {
                    throw noTimestamp();
                }
                yield Math.floorDiv(micros.getAsLong(), MICROS_PER_MILLI);
            }
            default -> throw noTimestamp();
        };
    }

    private IOException noTimestamp() {
        return new IOException("its " + layout.eventTime().path() + " is no timestamp");
    }

    /** Text and numbers as they are, anything else as the JSON it is; null stays null. */
    private static byte[] key(JsonParser json, byte[] bytes, int offset) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case START_OBJECT, START_ARRAY -> {
                int start = offset + (int) json.currentTokenLocation().getByteOffset();
                json.skipChildren();
                yield Arrays.copyOfRange(
                        bytes, start, offset + (int) json.currentLocation().getByteOffset());
            }
            default -> utf8(json.getText());
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> names(FieldPath path) {
        return path.steps().stream().map(Schema.Field::name).toList();
    }

    /** What one pass over a line has found so far. */
    private static final class Found {
        private byte[] ingestId;
        private Long eventTimeMillis;
        private byte[] partitionKey;
    }
}
