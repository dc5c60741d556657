package io.hybridingest.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns one JSON object after the other into Avro binary: the fields go straight to their places in the schema, no tree is
 * built, and no record that is asked for its fields by name. Remembers from one object to the next, and from one content to the
 * next, where which field came: objects of one origin have them in one order. For one thread.
 */
final class JsonRow {
    private static final int UNKNOWN = -1;

    private final AvroRow row;
    private final Map<String, Integer> positions;
    private final Object[] values;
    private final String[] expectedNames;
    private final int[] expectedPositions;
    private final AvroBuffer buffer = new AvroBuffer();

    /** @param row writes records of the wire schema */
    JsonRow(AvroRow row) {
        this.row = row;
        this.positions = row.positions();
        this.values = new Object[positions.size()];
        this.expectedNames = new String[positions.size()];
        this.expectedPositions = new int[positions.size()];
    }

    /**
     * Writes the object that the parser stands at the beginning of, and leaves the parser at its end.
     *
     * @return valid until the next object
     */
    AvroBuffer write(JsonParser json) throws IOException, MisfitException {
        Arrays.fill(values, null);
        fill(json);
        buffer.reset();
        row.writeRow(values, buffer);
        return buffer;
    }

    private void fill(JsonParser json) throws IOException {
        for (int place = 0; json.nextToken() == JsonToken.FIELD_NAME; place++) {
            String name = json.currentName();
            int position = position(name, place);
            json.nextToken();
            if (position == UNKNOWN) {
                json.skipChildren();
            } else {
                values[position] = value(json);
            }
        }
    }

    /** The parser gives equal names as one object. */
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
    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> json.getNumberValue();
            case VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> items(json);
            case START_OBJECT -> object(json);
            default -> throw new IOException("it breaks off");
        };
    }

    private static List<Object> items(JsonParser json) throws IOException {
        List<Object> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(json));
        }
        return items;
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, value(json));
        }
        return fields;
    }
}
