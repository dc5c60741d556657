package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Parts of a JSON Schema (draft 2020-12), as maps and lists. A value that holds a {@code #{parameter}} is always accepted. */
final class JsonSchemas {
    /** A name as Avro has it. */
    static final String NAME = "[\\p{L}_][\\p{L}\\p{Nd}_]*";

    private static final String PARAMETER = "#\\{[^}]*\\}";

    private JsonSchemas() {}

    /** An object of keys and values, one after the other. */
    static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    /** The same schema with a key more. */
    static Map<String, Object> with(Map<String, Object> schema, String key, Object value) {
        Map<String, Object> larger = new LinkedHashMap<>(schema);
        larger.put(key, value);
        return larger;
    }

    static Map<String, Object> described(String description, Map<String, Object> schema) {
        Map<String, Object> described = object("description", description);
        described.putAll(schema);
        return described;
    }

    /** A reference to one of the definitions of the schema. */
    static Map<String, Object> ref(String definition) {
        return object("$ref", "#/$defs/" + definition);
    }

    /** Any text but an empty one. */
    static Map<String, Object> filled() {
        return object("type", "string", "pattern", "\\S");
    }

    /** A text of the pattern, from its beginning to its end. */
    static Map<String, Object> matching(String pattern) {
        return object("type", "string", "pattern", "^(" + pattern + ")$|" + PARAMETER);
    }

    /** A text in which the pattern is somewhere. */
    static Map<String, Object> containing(String pattern) {
        return object("type", "string", "pattern", pattern + "|" + PARAMETER);
    }

    /** A dotted path of names. */
    static Map<String, Object> path() {
        return matching(NAME + "(\\." + NAME + ")*");
    }

    static <E extends Enum<E>> Map<String, Object> choice(Class<E> type) {
        return object(
                "anyOf", List.of(object("enum", Choices.all(type)), object("type", "string", "pattern", PARAMETER)));
    }

    static <E extends Enum<E>> Map<String, Object> choice(Class<E> type, E byDefault) {
        return with(choice(type), "default", Choices.written(byDefault));
    }

    /** A whole number above 0, which may be written as text, as a parameter in quotes is. */
    static Map<String, Object> positiveWhole() {
        return object("anyOf", List.of(object("type", "integer", "minimum", 1), matching("[0-9]*[1-9][0-9]*")));
    }

    /** A list, or nothing. */
    static Map<String, Object> list(Map<String, Object> items) {
        return object("type", List.of("array", "null"), "items", items);
    }

    /** A mapping with names of the user's own, or nothing. */
    static Map<String, Object> mapping(Map<String, Object> values) {
        return object("type", List.of("object", "null"), "additionalProperties", values);
    }

    /** A mapping of these keys and no others. */
    static Map<String, Object> section(List<String> required, Map<String, Object> properties) {
        Map<String, Object> section = object(
                "type", required.isEmpty() ? List.of("object", "null") : "object", "additionalProperties", false);
        if (!required.isEmpty()) {
            section.put("required", required);
        }
        Map<String, Object> titled = new LinkedHashMap<>();
        properties.forEach((key, schema) -> {
            Map<String, Object> property = object("title", title(key));
            ((Map<?, ?>) schema).forEach((name, value) -> property.put((String) name, value));
            titled.put(key, property);
        });
        section.put("properties", titled);
        return section;
    }

    /** Where the first schema holds, the second must. */
    static Map<String, Object> when(Map<String, Object> condition, Map<String, Object> then) {
        return object("if", condition, "then", then);
    }

    private static String title(String key) {
        String words = key.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** The pattern of durations, as {@link Durations} reads them. */
    static String duration() {
        List<String> units = new ArrayList<>(Durations.units());
        units.sort(Comparator.comparing(String::length).reversed().thenComparing(unit -> unit));
        String amount = "\\+?[0-9]+\\s*("
                + String.join("|", units.stream().map(JsonSchemas::anyCase).toList()) + ")";
        String time = "[Tt](?=[0-9])([0-9]+[Hh])?([0-9]+[Mm])?([0-9]+([.,][0-9]{0,9})?[Ss])?";
        String iso = "\\+?[Pp](?=[Tt]?[0-9])([0-9]+[Dd])?(" + time + ")?";
        return "\\s*(" + amount + "|" + iso + ")\\s*";
    }

    private static String anyCase(String unit) {
        StringBuilder pattern = new StringBuilder();
        unit.chars().forEach(letter -> pattern.append('[')
                .append((char) Character.toUpperCase(letter))
                .append((char) letter)
                .append(']'));
        return pattern.toString();
    }
}
