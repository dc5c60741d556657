package io.hybridingest.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The prepared records of JSON objects one after the other, on lines of their own or not, each written as Avro binary of
 * the wire schema. The fields go straight to their places in the schema: no tree is built, and no record that is asked for
 * its fields by name.
 */
final class JsonRecords implements PreparedRecords {
    private static final int UNKNOWN = -1;

    private final JsonParser json;
    private final ContentGuard content;
    private final AvroRow row;
    private final Slicer slicer;
    private final Map<String, Integer> positions;
    private final Object[] values;
    private final String[] expectedNames;
    private final int[] expectedPositions;
    private final AvroBuffer buffer = new AvroBuffer();
    private long index;

    /**
     * @param in the content at its beginning
     * @param content tells whether reading itself failed
     * @param row writes records of the wire schema
     */
    JsonRecords(InputStream in, ContentGuard content, AvroRow row, Slicer slicer) throws IOException {
        this.json = JsonLayout.JSON.createParser(in);
        this.content = content;
        this.row = row;
        this.slicer = slicer;
        this.positions = row.positions();
        this.values = new Object[positions.size()];
        this.expectedNames = new String[positions.size()];
        this.expectedPositions = new int[positions.size()];
    }

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        try {
            JsonToken first = json.nextToken();
            if (first == null) {
                return null;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            Arrays.fill(values, null);
            fill();
            buffer.reset();
            row.writeRow(values, buffer);
            slicer.open(buffer.bytes(), 0, buffer.length());
            return slicer.next(index++);
        } catch (IOException | MisfitException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "Record " + index + ", in line " + json.currentLocation().getLineNr()
                            + ", is no prepared record (" + JsonLines.firstSentence(e)
                            + "): connect JSON as PreprocessRecord writes it, or send the records through it first",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    /** Objects of one origin have their fields in one order, and the parser gives equal names as one object. */
    private void fill() throws IOException {
        for (int place = 0; json.nextToken() == JsonToken.FIELD_NAME; place++) {
            String name = json.currentName();
            int position = position(name, place);
            json.nextToken();
            if (position == UNKNOWN) {
                json.skipChildren();
            } else {
                values[position] = value();
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private int position(String name, int place) {
        if (place >= expectedNames.length) {
            return positions.getOrDefault(name, UNKNOWN);
        }
        if (expectedNames[place] != name) {
            expectedNames[place] = name;
            expectedPositions[place] = positions.getOrDefault(name, UNKNOWN);
        }
        return expectedPositions[place];
    }

    /** The value at the parser, in Java's own types; numbers with a point keep every digit. */
    private Object value() throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getNumberValue();
            case VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> items();
            case START_OBJECT -> object();
            default -> throw new IOException("it breaks off");
        };
    }

    private List<Object> items() throws IOException {
        List<Object> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return items;
    }

    private Map<String, Object> object() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, value());
        }
        return fields;
    }
}
