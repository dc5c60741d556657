package io.hybridingest.cli;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces references to parameters as NiFi does: {@code #{name}} and {@code #{'name'}} become the value, {@code ##{name}} becomes the
 * text {@code #{name}}. A reference to a parameter that is not given stays as it is.
 */
final class Parameters {
    private static final Pattern REFERENCE = Pattern.compile("(#+)\\{([^}]*)}");

    private final Map<String, String> values;

    Parameters(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    String replaceIn(String text) {
        return REFERENCE.matcher(text).replaceAll(reference -> Matcher.quoteReplacement(replacement(reference)));
    }

    private String replacement(MatchResult reference) {
        int signs = reference.group(1).length();
        String escaped = "#".repeat((signs - 1) / 2);
        String plain = "#{" + reference.group(2) + "}";
        boolean isEscaped = signs % 2 == 0;
        return escaped + (isEscaped ? plain : values.getOrDefault(name(reference.group(2)), plain));
    }

    private static String name(String written) {
        boolean quoted = written.length() > 1 && written.startsWith("'") && written.endsWith("'");
        return quoted ? written.substring(1, written.length() - 1) : written;
    }
}
