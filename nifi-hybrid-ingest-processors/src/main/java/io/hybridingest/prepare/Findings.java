package io.hybridingest.prepare;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found out about one record while it was being coerced, and where in it the coercion is. One thread, one record. */
final class Findings {
    /** What a coercer returns for a value that does not fit; the reason is among the findings then. */
    static final Object MISFIT = new Object();

    private static final int LONGEST_VALUE = 100;

    private final Deque<Object> path = new ArrayDeque<>();
    private final List<Reason> reasons = new ArrayList<>(0);
    private final List<Map.Entry<String, Object>> rescued = new ArrayList<>(0);
    private int hidden;

    /** Steps into a field. */
    void enter(String field) {
        path.addLast(field);
    }

    /** Steps into an element of an array. */
    void enter(int index) {
        path.addLast(index);
    }

    /** Steps out of what was entered last. */
    void leave() {
        path.removeLast();
    }

    /** From here on, values must not be seen, until {@link #reveal}. */
    void hide() {
        hidden++;
    }

    void reveal() {
        hidden--;
    }

    /** Notes that a value does not fit, and returns {@link #MISFIT}. The message must not quote the value. */
    Object misfit(Code code, String message, Object raw) {
        reasons.add(new Reason(code.text(), dotted(), message, hidden > 0 ? hiddenText(raw) : shortText(raw)));
        return MISFIT;
    }

    /** Keeps a value that the schema has no field for. */
    void rescue(String field, Object raw) {
        path.addLast(field);
        rescued.add(Map.entry(dotted(), raw));
        path.removeLast();
    }

    /** The findings so far, to come back to. */
    Mark mark() {
        return new Mark(reasons.size(), rescued.size());
    }

    /** Forgets what was found since. */
    void rollback(Mark mark) {
        reasons.subList(mark.reasons(), reasons.size()).clear();
        rescued.subList(mark.rescued(), rescued.size()).clear();
    }

    List<Reason> reasons() {
        return reasons;
    }

    /** JSON object of what was rescued, by dotted path; null where nothing was. */
    String rescuedJson() {
        if (rescued.isEmpty()) {
            return null;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        rescued.forEach(entry -> object.put(entry.getKey(), entry.getValue()));
        return RecordJson.text(object);
    }

    /** Whether nothing was found wrong at a path, above it or below it. */
    boolean sound(String dottedPath) {
        return reasons.stream()
                .map(Reason::field)
                .noneMatch(field -> field.equals(dottedPath)
                        || field.startsWith(dottedPath + ".")
                        || field.startsWith(dottedPath + "[")
                        || dottedPath.startsWith(field + "."));
    }

    private String dotted() {
        StringBuilder text = new StringBuilder();
        for (Iterator<Object> steps = path.iterator(); steps.hasNext(); ) {
            Object step = steps.next();
            if (step instanceof Integer index) {
                text.append('[').append(index).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.toString();
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

    /** A place in the findings. */
    record Mark(int reasons, int rescued) {}
}
