package io.hybridingest.prepare;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A name on the incoming paths of a {@link Reshaping}: what is taken at it, and below it. Not changed once it is in use. */
final class IncomingBranch {
    /** In place of the index of a move: the value is forgotten. */
    static final int DROPPED = -2;

    private static final int KEPT = -1;
    private static final Object GONE = new Object();

    private final Map<String, IncomingBranch> parts = new HashMap<>();
    private final boolean known;
    private int move = KEPT;

    /** @param known whether the schema has a field here, which is then there even when nothing is left of it */
    IncomingBranch(boolean known) {
        this.known = known;
    }

    /**
     * Has a value taken.
     *
     * @param steps its path from here
     * @param knownSteps how many of the steps the schema knows
     * @param index index of the move, or {@link #DROPPED}
     */
    void take(List<String> steps, int knownSteps, int index) {
        if (steps.isEmpty()) {
            move = index;
            return;
        }
        parts.computeIfAbsent(steps.getFirst(), name -> new IncomingBranch(knownSteps > 0))
                .take(steps.subList(1, steps.size()), knownSteps - 1, index);
    }

    /**
     * What is left of a record.
     *
     * @param taken where the taken values go, by the index of their move; one that is there already is not taken again
     */
    Map<Object, Object> without(Map<?, ?> values, Object[] taken) {
        Map<Object, Object> left = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            IncomingBranch branch = value == null ? null : parts.get(String.valueOf(name));
            Object kept = branch == null ? value : branch.keep(value, taken);
            if (kept != GONE) {
                left.put(name, kept);
            }
        });
        return left;
    }

    private Object keep(Object value, Object[] taken) {
        Map<?, ?> fields = parts.isEmpty() ? null : RecordCoercer.valuesOf(value);
        Object left = value;
        if (fields != null) {
            Map<Object, Object> rest = without(fields, taken);
            if (!known && isEmpty(rest) && !isEmpty(fields)) {
                return GONE;
            }
            left = rest;
        }
        if (move == DROPPED) {
            return GONE;
        } else if (move == KEPT || taken[move] != null) {
            return left;
        }
        taken[move] = left;
        return GONE;
    }

    private static boolean isEmpty(Map<?, ?> record) {
        return record.values().stream().allMatch(java.util.Objects::isNull);
    }
}
