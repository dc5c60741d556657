package io.hybridingest.prepare;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes values out of an incoming record and its nested records, by dotted path, and puts them where the definition wants them, before
 * anything is coerced. The incoming record itself stays as it is. Immutable and safe to share between threads.
 *
 * <p>A field of the incoming record whose literal name is the dotted path goes before the path. What is left of a record stays where
 * it was; one that the schema does not know is gone when nothing is left of it.
 */
final class Reshaping {
    private final List<Move> moves;
    private final List<String> dropped;
    private final IncomingBranch root = new IncomingBranch(true);

    /**
     * @param moves what goes where
     * @param drops dotted paths of what is forgotten
     */
    Reshaping(List<Move> moves, List<Drop> drops) {
        // A record may be moved to a place into which a part is moved in turn.
        this.moves = moves.stream()
                .sorted(Comparator.comparingInt(move -> move.parents().size()))
                .toList();
        this.dropped = drops.stream().map(Drop::source).toList();
        for (int i = 0; i < this.moves.size(); i++) {
            root.take(this.moves.get(i).steps(), this.moves.get(i).known(), i);
        }
        drops.forEach(drop -> root.take(drop.steps(), drop.known(), IncomingBranch.DROPPED));
    }

    /** The fields of a record in their places; moved ones under their {@link Move#key}. */
    Map<Object, Object> apply(Map<?, ?> values) {
        Object[] taken = new Object[moves.size()];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = moves.get(i).isDotted() ? values.get(moves.get(i).source()) : null;
        }
        Map<Object, Object> left = new LinkedHashMap<>(values);
        for (int i = 0; i < taken.length; i++) {
            if (taken[i] != null) {
                left.remove(moves.get(i).source());
            }
        }
        dropped.forEach(left::remove);
        left = root.without(left, taken);
        put(left, taken, false);
        put(left, taken, true);
        return left;
    }

    /** Blank text comes last: it is no reason to make a record that is not there. */
    private void put(Map<Object, Object> left, Object[] taken, boolean blank) {
        for (int i = 0; i < taken.length; i++) {
            if (taken[i] != null && Coercer.isBlank(taken[i]) == blank) {
                put(left, moves.get(i), 0, taken[i], !blank);
            }
        }
    }

    private static void put(Map<Object, Object> into, Move move, int depth, Object value, boolean create) {
        if (depth == move.parents().size()) {
            into.put(move.key(), value);
            return;
        }
        boolean there = false;
        List<Object> names = move.parents().get(depth);
        for (Object name : names) {
            Object parent = into.get(name);
            Map<?, ?> parts = RecordCoercer.valuesOf(parent);
            there |= parent != null && !Coercer.isBlank(parent);
            if (parts != null) {
                into.put(name, with(parts, move, depth, value, create));
            }
        }
        if (!there && create) {
            into.put(names.getFirst(), with(Map.of(), move, depth, value, true));
        }
    }

    private static Map<Object, Object> with(Map<?, ?> parts, Move move, int depth, Object value, boolean create) {
        Map<Object, Object> record = new LinkedHashMap<>(parts);
        put(record, move, depth + 1, value, create);
        return record;
    }

    /**
     * A value that goes elsewhere.
     *
     * @param key what it goes by in the record that it is put into
     * @param steps the incoming path, name by name
     * @param known how many of the steps lead through records that the schema has, too
     * @param parents for each record around the target, from the outermost, the keys that it may have in the one around it, the
     *     schema's own name first
     */
    record Move(Moved key, List<String> steps, int known, List<List<Object>> parents) {
        Move {
            steps = List.copyOf(steps);
            parents = List.copyOf(parents);
        }

        String source() {
            return key.source();
        }

        boolean isDotted() {
            return steps.size() > 1;
        }
    }

    /** A value that is forgotten, by its incoming path; {@code known} as in {@link Move}. */
    record Drop(String source, List<String> steps, int known) {
        Drop {
            steps = List.copyOf(steps);
        }
    }
}
