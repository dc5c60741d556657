package io.hybridingest.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Reads the {@code schema} of a definition: an Avro record schema written in YAML. */
final class SchemaReader {
    private static final String PATH = "schema";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Keys whose value is a schema, so that an unquoted null in it is the type of that name. */
    private static final Set<String> SCHEMA_KEYS = Set.of("type", "items", "values");

    private final DefinitionErrors errors;

    SchemaReader(DefinitionErrors errors) {
        this.errors = errors;
    }

    /** The schema, or null where it is none that can be looked into. */
    Schema read(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            errors.add(
                    PATH,
                    "must be an Avro record schema, but is " + DefinitionTree.kindOf(value),
                    "Write type, name and fields as YAML; JSON without quotes around it is YAML too");
            return null;
        }
        if (!"record".equals(map.get("type"))) {
            errors.add(
                    PATH + ".type", "the schema must be of type record", "Write 'type: record', with name and fields");
            return null;
        }
        try {
            Schema schema = parse(schema(map));
            return SchemaChecks.pass(schema, PATH, errors) ? schema : null;
        } catch (AvroRuntimeException e) {
            errors.add(
                    culprit(map),
                    "is not valid Avro: " + DefinitionTree.cut(e.getMessage()).replaceAll("\\.+$", ""),
                    "The types are string, int, long, float, double, boolean, bytes, record, enum, fixed, array, map and"
                            + " lists of these; a field is {name: ..., type: ...}; names are letters, digits and _, and"
                            + " each is there once");
            return null;
        }
    }

    /** Text as the default of a number is the one mistake that Avro's parser does not name. */
    private static Schema parse(Object json) {
        try {
            return new Schema.Parser().parse(MAPPER.writeValueAsString(json));
        } catch (NumberFormatException e) {
            throw new AvroRuntimeException("Default is not a number: " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps, lists and scalars are always JSON", e);
        }
    }

    /** Path of the first field without which the schema parses, as Avro's message names no place. */
    private static String culprit(Map<?, ?> record) {
        if (!(record.get("fields") instanceof List<?> fields)) {
            return PATH;
        }
        Map<Object, Object> part = new LinkedHashMap<>(record);
        for (int end = 0; end <= fields.size(); end++) {
            part.put("fields", fields.subList(0, end));
            try {
                parse(schema(part));
            } catch (AvroRuntimeException e) {
                return end == 0 ? PATH : DefinitionTree.child(PATH + ".fields", end - 1);
            }
        }
        return PATH;
    }

    private static Object schema(Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof List<?> union) {
            return union.stream().map(SchemaReader::schema).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> json = new LinkedHashMap<>(map);
            json.replaceAll((key, entry) -> entry(key, entry));
            return json;
        }
        return value;
    }

    private static Object entry(Object key, Object value) {
        if (SCHEMA_KEYS.contains(key)) {
            return schema(value);
        } else if ("fields".equals(key) && value instanceof List<?> fields) {
            return fields.stream()
                    .map(field -> field instanceof Map<?, ?> ? schema(field) : String.valueOf(field))
                    .toList();
        }
        return value;
    }
}
