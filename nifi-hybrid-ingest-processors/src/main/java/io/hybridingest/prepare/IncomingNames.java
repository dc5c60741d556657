package io.hybridingest.prepare;

import io.hybridingest.pipeline.FieldPath;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.Redaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * By which names the fields of a schema come in: their own, their aliases, and those that the definition renames. A name with dots in it, or one
 * that goes into a nested record, is a matter of {@link Reshaping}; its value comes in as {@link Moved}.
 */
final class IncomingNames {
    private final Schema schema;
    private final Prepare prepare;
    private final Map<String, FieldPath> moves = new LinkedHashMap<>();

    /** @throws IllegalArgumentException where a name is given to a field that the schema does not have */
    IncomingNames(Schema schema, Prepare prepare) {
        this.schema = schema;
        this.prepare = prepare;
        prepare.rename().forEach((source, target) -> {
            FieldPath field = FieldPath.find(schema, target)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "The schema has no field " + target + ", which rename names."));
            if (isDotted(source) || isDotted(target)) {
                moves.put(source, field);
            }
        });
    }

    /**
     * Names, and {@link Moved} ones, of the fields of a record, with the positions of the fields.
     *
     * @param path dotted path of the record, empty for the outermost
     */
    Map<Object, Integer> positions(Schema record, String path) {
        Map<Object, Integer> positions = new HashMap<>();
        record.getFields().forEach(field -> positions.put(field.name(), field.pos()));
        record.getFields()
                .forEach(field -> field.aliases().forEach(alias -> positions.putIfAbsent(alias, field.pos())));
        if (path.isEmpty()) {
            prepare.rename().forEach((source, target) -> {
                if (!moves.containsKey(source)) {
                    positions.put(source, record.getField(target).pos());
                }
            });
            prepare.drop().stream()
                    .filter(source -> !isDotted(source))
                    .forEach(source -> positions.put(source, RecordCoercer.DROPPED));
        }
        moves.forEach((source, target) -> {
            Schema.Field field = target.steps().getLast();
            if (target.path().equals(path.isEmpty() ? field.name() : path + "." + field.name())) {
                positions.put(new Moved(source), field.pos());
            }
        });
        return positions;
    }

    /** What has to be moved or forgotten before fields are looked for by their names; null where nothing has. */
    Reshaping reshaping() {
        List<Reshaping.Move> compiled = new ArrayList<>();
        moves.forEach((source, target) ->
                compiled.add(new Reshaping.Move(new Moved(source), steps(source), known(source), parents(target))));
        List<Reshaping.Drop> drops = prepare.drop().stream()
                .filter(IncomingNames::isDotted)
                .map(source -> new Reshaping.Drop(source, steps(source), known(source)))
                .toList();
        return compiled.isEmpty() && drops.isEmpty() ? null : new Reshaping(compiled, drops);
    }

    /**
     * What must not be seen at the places that values are moved from.
     *
     * @param targets what must not be seen of the schema's fields, by path; fields of which everything may be seen may be missing
     */
    Redaction redaction(Map<String, Redaction> targets) {
        Redaction all = Redaction.NOTHING;
        for (Map.Entry<String, FieldPath> move : moves.entrySet()) {
            Redaction hidden = targets.getOrDefault(move.getValue().path(), Redaction.NOTHING);
            if (hidden != Redaction.NOTHING) {
                all = Redaction.both(all, new Redaction.Fields(Map.of(move.getKey(), hidden)));
                all = Redaction.both(all, at(steps(move.getKey()), hidden));
            }
        }
        return all;
    }

    private static Redaction at(List<String> steps, Redaction hidden) {
        Redaction outer = hidden;
        for (String step : steps.reversed()) {
            outer = new Redaction.Fields(Map.of(step, outer));
        }
        return outer;
    }

    /** What must not be seen of a value that comes in under a name, or is moved from elsewhere. */
    static Redaction redactionOf(Object name, Redaction record, Redaction root) {
        if (!(name instanceof Moved moved)) {
            return record.of((String) name);
        }
        Redaction at = root;
        for (String step : steps(moved.source())) {
            at = at.of(step);
        }
        return Redaction.both(at, root.of(moved.source()));
    }

    /** For each record around a field, the keys that it may have. */
    private List<List<Object>> parents(FieldPath target) {
        List<List<Object>> parents = new ArrayList<>();
        Schema record = schema;
        String path = "";
        for (Schema.Field step : target.steps().subList(0, target.steps().size() - 1)) {
            Set<Object> names = new LinkedHashSet<>(List.of(step.name()));
            positions(record, path).forEach((name, position) -> {
                if (position == step.pos()) {
                    names.add(name);
                }
            });
            parents.add(List.copyOf(names));
            record = FieldPath.withoutNull(step.schema());
            path = path.isEmpty() ? step.name() : path + "." + step.name();
        }
        return parents;
    }

    /** How many names of an incoming path the schema knows. */
    private int known(String source) {
        Schema at = schema;
        String path = "";
        int known = 0;
        for (String step : steps(source)) {
            if (at.getType() == Schema.Type.MAP) {
                at = FieldPath.withoutNull(at.getValueType());
            } else {
                Integer position =
                        at.getType() == Schema.Type.RECORD ? positions(at, path).get(step) : null;
                if (position == null || position == RecordCoercer.DROPPED) {
                    return known;
                }
                Schema.Field field = at.getFields().get(position);
                at = FieldPath.withoutNull(field.schema());
                path = path.isEmpty() ? field.name() : path + "." + field.name();
            }
            known++;
        }
        return known;
    }

    private static List<String> steps(String source) {
        return List.of(source.split("\\.", -1));
    }

    private static boolean isDotted(String name) {
        return name.indexOf('.') >= 0;
    }
}
