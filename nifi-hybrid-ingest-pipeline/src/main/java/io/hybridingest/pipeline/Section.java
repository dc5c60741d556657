package io.hybridingest.pipeline;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One mapping of a definition while it is read: hands its values out by type and notes what is wrong with them. A value
 * that is absent or wrong is null, or the default where one is given.
 */
final class Section {
    /** A number above 0 in quotes, as a parameter in quotes becomes. */
    private static final Pattern WHOLE = Pattern.compile("\\s*0*[1-9][0-9]{0,17}\\s*");

    private final Map<?, ?> values;
    private final String path;
    private final DefinitionErrors errors;
    private final boolean readable;

    private Section(Map<?, ?> values, String path, DefinitionErrors errors, boolean readable) {
        this.values = values;
        this.path = path;
        this.errors = errors;
        this.readable = readable;
    }

    /**
     * A section with these keys and no others.
     *
     * @param value what stands at the path; nothing there is a section without keys
     */
    static Section of(Object value, String path, DefinitionErrors errors, List<String> keys) {
        if (value == null) {
            return new Section(Map.of(), path, errors, true);
        } else if (!(value instanceof Map<?, ?> map)) {
            errors.add(
                    path,
                    "must be a mapping, but is " + DefinitionTree.kindOf(value),
                    "Write 'key: value' lines; the keys here are " + String.join(", ", keys));
            return new Section(Map.of(), path, errors, false);
        } else {
            Section section = new Section(map, path, errors, true);
            section.refuseUnknown(keys);
            return section;
        }
    }

    private void refuseUnknown(List<String> keys) {
        for (Object name : values.keySet()) {
            String key = (String) name;
            if (keys.contains(key)) {
                continue;
            } else if (PlannedKeys.contains(path, key)) {
                errors.add(at(key), "is not supported in this version", "Leave the key out");
            } else if (!key.matches("[\\p{L}\\p{N}_ -]+") && values.get(key) == null) {
                errors.add(
                        at(key),
                        "unknown key",
                        "Inside { } a comma ends a value: put values that hold a comma in quotes");
            } else {
                String allowed = "The keys here are " + String.join(", ", keys);
                errors.add(at(key), "unknown key", NearName.remedy(key, keys, allowed));
            }
        }
    }

    /** Path of a key of this section. */
    String at(String key) {
        return DefinitionTree.child(path, key);
    }

    Object value(String key) {
        return values.get(key);
    }

    /** Text that has to be there. */
    String requiredText(String key, String remedy) {
        return require(key, remedy) ? text(key, null) : null;
    }

    /** Notes an error where the key is missing. */
    boolean require(String key, String remedy) {
        if (readable && !values.containsKey(key)) {
            errors.add(at(key), "is missing", remedy);
        }
        return values.containsKey(key);
    }

    String text(String key, String byDefault) {
        return values.containsKey(key) ? text(values.get(key), at(key)) : byDefault;
    }

    Duration duration(String key, Duration byDefault, boolean zeroAllowed) {
        if (!values.containsKey(key)) {
            return byDefault;
        } else if (values.get(key) instanceof Number number) {
            errors.add(at(key), "the duration " + number + " has no unit", Durations.ACCEPTED);
            return byDefault;
        }
        String text = text(key, null);
        if (text == null) {
            return byDefault;
        }
        Duration duration = Durations.parse(text).orElse(null);
        if (duration == null) {
            errors.add(at(key), "'" + DefinitionTree.cut(text) + "' is not a duration", Durations.ACCEPTED);
            return byDefault;
        } else if (duration.isNegative() || duration.isZero() && !zeroAllowed) {
            errors.add(
                    at(key),
                    "the duration must be " + (zeroAllowed ? "zero or more" : "more than zero"),
                    "Write a longer one, such as '5 minutes'");
            return byDefault;
        }
        return duration;
    }

    long positiveWhole(String key, long byDefault) {
        if (!values.containsKey(key)) {
            return byDefault;
        } else if (values.get(key) instanceof Long number && number > 0) {
            return number;
        } else if (values.get(key) instanceof String text && WHOLE.matcher(text).matches()) {
            return Long.parseLong(text.strip());
        }
        errors.add(
                at(key),
                "must be a whole number above 0, but is " + DefinitionTree.kindOf(values.get(key)),
                "Write digits only, such as " + byDefault);
        return byDefault;
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E byDefault) {
        String text = text(key, null);
        return text == null ? byDefault : choice(type, text, at(key), byDefault);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Place in the definition → text, for a list of texts; one without a value is empty. */
    Map<String, String> texts(String key) {
        Object value = values.get(key);
        List<?> list = value instanceof String text ? refuseBareText(key, text) : list(key);
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String at = DefinitionTree.child(at(key), i);
            String text = text(list.get(i), at);
            if (text != null) {
                texts.put(at, text);
            }
        }
        return texts;
    }

    private List<?> refuseBareText(String key, String text) {
        errors.add(
                at(key),
                "must be a list, but is the text '" + DefinitionTree.cut(text) + "'",
                "Write it in brackets: [" + DefinitionTree.cut(text) + "]");
        return List.of();
    }

    /** The list; one without a value is empty. */
    List<?> list(String key) {
        Object value = values.get(key);
        if (value == null || value instanceof List<?>) {
            return value == null ? List.of() : (List<?>) value;
        }
        errors.add(
                at(key),
                "must be a list, but is " + DefinitionTree.kindOf(value),
                "Write the elements in brackets, such as [a, b], or one a line, each after '- '");
        return List.of();
    }

    /** The mapping; one without a value is empty. */
    Map<String, Object> mapping(String key) {
        Object value = values.get(key);
        Map<String, Object> mapping = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, entry) -> mapping.put((String) name, entry));
        } else if (value != null) {
            errors.add(
                    at(key),
                    "must be a mapping, but is " + DefinitionTree.kindOf(value),
                    "Write '{name: value}', or one 'name: value' a line");
        }
        return mapping;
    }

    /** The mapping with texts as values; entries that are none are left out. */
    Map<String, String> textMapping(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        mapping(key).forEach((name, value) -> {
            String text = text(value, DefinitionTree.child(at(key), name));
            if (text != null) {
                texts.put(name, text);
            }
        });
        return texts;
    }

    <E extends Enum<E>> E choice(Class<E> type, String text, String at, E byDefault) {
        E value = Choices.parse(type, text).orElse(null);
        if (value == null) {
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(text) + "' is not a choice here",
                    "Write " + String.join(" or ", Choices.all(type)));
        }
        return value == null ? byDefault : value;
    }

    private String text(Object value, String at) {
        if (value instanceof String text && !text.isBlank()) {
            return text.strip();
        } else if (value == null || value instanceof String) {
            errors.add(
                    at,
                    "has no value",
                    "Write one, or leave the key out; a value that begins with # must be in quotes, for YAML takes it as"
                            + " a comment");
        } else {
            errors.add(
                    at,
                    "must be text, but is " + DefinitionTree.kindOf(value),
                    value instanceof List || value instanceof Map
                            ? "Write a single value; one that begins with [ or { must be in quotes"
                            : "Put it in quotes: '" + value + "'");
        }
        return null;
    }
}
