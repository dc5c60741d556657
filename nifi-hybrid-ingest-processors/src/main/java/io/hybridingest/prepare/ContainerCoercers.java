package io.hybridingest.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Coercion to arrays, maps and unions. */
final class ContainerCoercers {
    private ContainerCoercers() {}

    /** Every element fits, or none does. */
    record Items(Coercer element) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            List<?> items = itemsOf(raw);
            if (items == null) {
                return findings.misfit(Code.WRONG_TYPE, "is not an array", raw);
            }
            List<Object> coerced = new ArrayList<>(items.size());
            boolean fits = true;
            for (int i = 0; i < items.size(); i++) {
                int since = findings.count();
                Object value = present(element, items.get(i), findings);
                if (findings.count() != since) {
                    findings.within(i, since);
                }
                fits &= value != Findings.MISFIT;
                coerced.add(value);
            }
            return fits ? coerced : Findings.MISFIT;
        }

        private static List<?> itemsOf(Object raw) {
            if (raw instanceof List<?> items) {
                return items;
            } else if (raw instanceof Collection<?> items) {
                return new ArrayList<>(items);
            }
            return raw instanceof Object[] array ? Arrays.asList(array) : null;
        }
    }

    /** Every value fits, or none does. */
    record Entries(Coercer value) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            Map<?, ?> entries = RecordCoercer.valuesOf(raw);
            if (entries == null) {
                return findings.misfit(Code.WRONG_TYPE, "is not a map", raw);
            }
            Map<String, Object> coerced = new LinkedHashMap<>();
            boolean fits = true;
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                String key = String.valueOf(entry.getKey());
                int since = findings.count();
                Object fitted = TextCoercers.isWellFormed(key)
                        ? present(value, entry.getValue(), findings)
                        : findings.misfit(Code.WRONG_TYPE, TextCoercers.BROKEN_CHARACTER, key);
                if (findings.count() != since) {
                    findings.within(key, since);
                }
                fits &= fitted != Findings.MISFIT;
                coerced.put(key, fitted);
            }
            return fits ? coerced : Findings.MISFIT;
        }
    }

    /**
     * The first branch, in the order of the schema, that is of the value's own kind and that it fits; where there is none, the first of any
     * kind.
     */
    record Union(Schema schema, List<Coercer> branches, boolean takesNull, boolean takesEmptyText) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            if (branches.size() == 1) {
                return branches.getFirst().coerce(raw, findings);
            }
            Object own = firstThatFits(raw, findings, branch -> ValueKind.isOf(branch, raw));
            Object value = own == Findings.MISFIT ? firstThatFits(raw, findings, branch -> true) : own;
            if (value != Findings.MISFIT) {
                return value;
            }
            String types = schema.getTypes().stream().map(Schema::getName).collect(Collectors.joining(", "));
            return findings.misfit(Code.WRONG_TYPE, "fits none of " + types, raw);
        }

        private Object firstThatFits(Object raw, Findings findings, Predicate<Schema> wanted) {
            int before = findings.count();
            int at = 0;
            for (Schema branch : schema.getTypes()) {
                if (branch.getType() == Schema.Type.NULL) {
                    continue;
                }
                Object value = wanted.test(branch) ? branches.get(at).coerce(raw, findings) : Findings.MISFIT;
                if (value != Findings.MISFIT) {
                    return value;
                }
                findings.rollback(before);
                at++;
            }
            return Findings.MISFIT;
        }
    }

    /** A value that may be absent, for a place that has no default. */
    static Object present(Coercer coercer, Object raw, Findings findings) {
        if (!coercer.isAbsent(raw)) {
            return coercer.coerce(raw, findings);
        }
        return coercer.takesNull() ? null : findings.misfit(Code.MISSING, "is required and has no value", raw);
    }
}
