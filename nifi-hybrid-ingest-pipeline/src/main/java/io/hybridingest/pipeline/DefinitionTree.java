package io.hybridingest.pipeline;

import java.util.Map;

/**
 * A parsed text, before it means anything.
 *
 * @param root null, String, Boolean, Long, BigDecimal, or List and LinkedHashMap of these
 * @param errors every error found so far, with the line of each path
 */
record DefinitionTree(Object root, DefinitionErrors errors) {
    private static final int LONGEST_QUOTE = 120;

    /** Path of an entry of a mapping. */
    static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Path of an element of a list. */
    static String child(String path, int index) {
        return path + "[" + index + "]";
    }

    /** What a person would call the value. */
    static String kindOf(Object value) {
        if (value == null) {
            return "nothing";
        } else if (value instanceof Map) {
            return "a mapping";
        } else if (value instanceof Iterable) {
            return "a list";
        } else if (value instanceof String text) {
            return "the text '" + cut(text) + "'";
        } else if (value instanceof Boolean) {
            return "the boolean " + value;
        }
        return "the number " + cut(value.toString());
    }

    /** Short enough for an error message. */
    static String cut(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE - 3) + "...";
    }
}
