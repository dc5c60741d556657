package io.hybridingest.launch;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Takes the secrets of a launch out of texts that leave its run directory. An application may print what it was given;
 * FlowFiles, bulletins and NiFi's log do not repeat it.
 *
 * @param secrets to take out, longest first
 */
record Redaction(List<String> secrets) {
    /** Settings with such a name hold a secret. */
    static final String SECRET_NAMES =
            "(?i)secret|password|passphrase|token|access[.]?key|jaas|keystore[.]key|ssl[.]key";

    static final String REGEX_KEY = "spark.redaction.regex";

    private static final String REPLACEMENT = "*********(redacted)";

    /** Shorter values are no secrets, and taking them out would make a text unreadable. */
    private static final int SHORTEST = 6;

    private static final Pattern NAMES = Pattern.compile(SECRET_NAMES);
    private static final Pattern QUOTED_IN_JAAS =
            Pattern.compile("(?i)(?:password|secret|token)\\w*\\s*=\\s*\"([^\"]+)\"");

    Redaction {
        secrets = List.copyOf(secrets);
    }

    static Redaction of(Map<String, String> conf) {
        return of(conf, List.of());
    }

    /** @param others secrets beside those of the conf */
    static Redaction of(Map<String, String> conf, Collection<String> others) {
        Pattern chosen = chosen(conf.get(REGEX_KEY));
        TreeSet<String> found = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        found.addAll(others);
        conf.forEach((key, value) -> {
            if (!key.equals(REGEX_KEY)
                    && (NAMES.matcher(key).find() || chosen.matcher(key).find())) {
                found.add(value);
                Matcher quoted = QUOTED_IN_JAAS.matcher(value);
                while (quoted.find()) {
                    found.add(quoted.group(1));
                }
            }
        });
        return new Redaction(
                found.stream().filter(secret -> secret.length() >= SHORTEST).toList());
    }

    private static Pattern chosen(String regex) {
        try {
            return regex == null ? NAMES : Pattern.compile(regex);
        } catch (PatternSyntaxException unreadable) {
            return NAMES;
        }
    }

    /** The text without the secrets; null stays null. */
    String apply(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = redacted == null ? null : redacted.replace(secret, REPLACEMENT);
        }
        return redacted;
    }
}
