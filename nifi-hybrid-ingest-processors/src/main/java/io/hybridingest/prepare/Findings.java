package io.hybridingest.prepare;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found out about one record while it was being coerced. One thread, one record.
 *
 * <p>A finding begins without a place. Whoever looked into a part of a value, and sees that findings were added meanwhile, puts them
 * {@link #within} that part: of a record that fits, nothing has to be remembered.
 */
final class Findings {
    /** What a coercer returns for a value that does not fit; the reason is among the findings then. */
    static final Object MISFIT = new Object();

    private static final int LONGEST_VALUE = 100;

    private List<Finding> found = List.of();
    private int hidden;

    /** How many findings there are, to compare with later and to {@link #rollback} to. */
    int count() {
        return found.size();
    }

    /** Puts the findings since a count into the field that they were made in. */
    void within(String field, int since) {
        for (int i = since; i < found.size(); i++) {
            Finding finding = found.get(i);
            boolean joins = finding.path.isEmpty() || finding.path.startsWith("[");
            finding.path = joins ? field + finding.path : field + "." + finding.path;
        }
    }

    /** Puts the findings since a count into the element of an array that they were made in. */
    void within(int index, int since) {
        within("[" + index + "]", since);
    }

    /** From here on, values must not be seen, until {@link #reveal}. */
    void hide() {
        hidden++;
    }

    void reveal() {
        hidden--;
    }

    /**
     * Lets values be seen, because each part of the value at hand says itself whether it must be hidden.
     *
     * @return what to give to {@link #conceal} afterwards
     */
    int expose() {
        int before = hidden;
        hidden = 0;
        return before;
    }

    void conceal(int before) {
        hidden = before;
    }

    /** Notes that a value does not fit, and returns {@link #MISFIT}. The message must not quote the value. */
    Object misfit(Code code, String message, Object raw) {
        add(new Finding(code, message, hidden > 0 ? hiddenText(raw) : shortText(raw), Redaction.NOTHING));
        return MISFIT;
    }

    /**
     * Keeps a value that the schema has no field for.
     *
     * @param redaction what must not be seen of it
     */
    void rescue(String field, Object raw, Redaction redaction) {
        Finding finding = new Finding(null, null, raw, redaction);
        finding.path = field;
        add(finding);
    }

    private void add(Finding finding) {
        if (found.isEmpty()) {
            found = new ArrayList<>();
        }
        found.add(finding);
    }

    /** Forgets what was found since a count. */
    void rollback(int count) {
        if (count < found.size()) {
            found.subList(count, found.size()).clear();
        }
    }

    /** Whether anything since a count does not fit. */
    boolean hasMisfits(int since) {
        for (int i = since; i < found.size(); i++) {
            if (found.get(i).code != null) {
                return true;
            }
        }
        return false;
    }

    List<Reason> reasons() {
        return found.stream()
                .filter(finding -> finding.code != null)
                .map(finding ->
                        new Reason(finding.code.text(), finding.path, finding.message, String.valueOf(finding.value)))
                .toList();
    }

    /** JSON object of what was rescued, by dotted path; null where nothing was. */
    String rescuedJson() {
        if (found.isEmpty()) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Redaction> redactions = new HashMap<>();
        for (Finding finding : found) {
            if (finding.code == null) {
                String path = free(finding.path, values);
                values.put(path, finding.value);
                if (finding.redaction != Redaction.NOTHING) {
                    redactions.put(path, finding.redaction);
                }
            }
        }
        return values.isEmpty()
                ? null
                : new String(RecordJson.bytes(values, new Redaction.Fields(redactions)), StandardCharsets.UTF_8);
    }

    /** A name with a dot in it and a field of a nested record may have one path; neither may take the other's place. */
    private static String free(String path, Map<String, Object> taken) {
        String free = path;
        for (int next = 2; taken.containsKey(free); next++) {
            free = path + "#" + next;
        }
        return free;
    }

    /** Whether nothing was found wrong at a path, above it or below it. */
    boolean sound(String dottedPath) {
        return found.stream()
                .filter(finding -> finding.code != null)
                .map(finding -> finding.path)
                .noneMatch(field -> field.equals(dottedPath)
                        || field.startsWith(dottedPath + ".")
                        || field.startsWith(dottedPath + "[")
                        || dottedPath.startsWith(field + "."));
    }

    private static String hiddenText(Object raw) {
        return raw == null ? "" : Redaction.HIDDEN;
    }

    private static String shortText(Object raw) {
        String text =
                switch (raw) {
                    case null -> "";
                    case CharSequence characters -> characters.toString();
                    default -> unquoted(new String(RecordJson.bytes(raw, Redaction.NOTHING), StandardCharsets.UTF_8));
                };
        if (text.length() <= LONGEST_VALUE) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1)) ? LONGEST_VALUE - 1 : LONGEST_VALUE;
        return text.substring(0, end) + "…";
    }

    private static String unquoted(String json) {
        return json.length() > 1 && json.charAt(0) == '"' ? json.substring(1, json.length() - 1) : json;
    }

    /** A value that does not fit, or, without a code, one that is kept. */
    private static final class Finding {
        private final Code code;
        private final String message;
        private final Object value;
        private final Redaction redaction;
        private String path = "";

        Finding(Code code, String message, Object value, Redaction redaction) {
            this.code = code;
            this.message = message;
            this.value = value;
            this.redaction = redaction;
        }
    }
}
