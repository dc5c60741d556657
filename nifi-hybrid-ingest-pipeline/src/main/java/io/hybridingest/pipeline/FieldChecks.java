package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** Holds what a definition says about fields against its schema. */
final class FieldChecks {
    private final Schema schema;
    private final DefinitionErrors errors;
    private final List<String> names;

    FieldChecks(Schema schema, DefinitionErrors errors) {
        this.schema = schema;
        this.errors = errors;
        this.names = schema.getFields().stream().map(Schema.Field::name).toList();
    }

    /**
     * Every path must be a field that is always there and has one spelling.
     *
     * @param paths place in the definition → dotted path
     */
    void identity(Map<String, String> paths) {
        Set<String> seen = new HashSet<>();
        paths.forEach((at, path) -> {
            if (!seen.add(path)) {
                errors.add(at, "'" + path + "' is named twice", "Name it once");
            }
            find(at, path).ifPresent(field -> checkIdentity(at, field));
        });
    }

    private void checkIdentity(String at, FieldPath field) {
        if (field.nullable()) {
            errors.add(
                    at,
                    "'" + field.path() + "' may be null, and all records without it would be the same record",
                    "Take null out of its type in the schema, or name another field");
        }
        if (field.type().getType() == Schema.Type.FLOAT || field.type().getType() == Schema.Type.DOUBLE) {
            errors.add(
                    at,
                    "'" + field.path() + "' is a " + field.type().getType().getName()
                            + ", and rounding would make one record two",
                    "Use a decimal, a whole number or text for it in the schema");
        }
    }

    void eventTime(String at, String path) {
        find(at, path).ifPresent(field -> {
            LogicalType logical = field.type().getLogicalType();
            String name = logical == null ? field.type().getType().getName() : logical.getName();
            if (!name.equals("timestamp-micros") && !name.equals("timestamp-millis")) {
                errors.add(
                        at,
                        "'" + path + "' is of type " + name + ", not a timestamp",
                        "Give it the type {type: long, logicalType: timestamp-micros} in the schema; preprocessing turns"
                                + " text into it");
            } else if (field.nullable()) {
                errors.add(
                        at,
                        "'" + path + "' may be null, and a record without event time has no lane",
                        "Take null out of its type in the schema");
            }
        });
    }

    void rename(String at, Map<String, String> rename) {
        Map<String, String> sources = new HashMap<>();
        rename.forEach((source, target) -> {
            String entry = DefinitionTree.child(at, source);
            if (!names.contains(target)) {
                errors.add(
                        entry,
                        "'" + target + "' is not a field of the schema",
                        NearName.remedy(
                                target, names, "Rename to one of " + DefinitionTree.cut(String.join(", ", names))));
            }
            if (source.equals(target)) {
                errors.add(entry, "renames '" + source + "' to itself", "Leave it out");
            } else if (names.contains(source)) {
                errors.add(
                        entry,
                        "'" + source
                                + "' is a field of the schema itself, so renaming it away would go in a circle or lose it",
                        "Rename only names that the schema does not have");
            }
            String other = sources.putIfAbsent(target, source);
            if (other != null) {
                errors.add(
                        entry,
                        "both '" + other + "' and '" + source + "' become '" + target + "'",
                        "Keep one; the other can be dropped or have a field of its own");
            }
        });
    }

    void defaults(String at, Map<String, Object> defaults, Prepare.Normalise normalise, Set<String> identity) {
        DefaultValues values = new DefaultValues(normalise);
        defaults.forEach((path, value) -> {
            String entry = DefinitionTree.child(at, path);
            FieldPath field = find(entry, path).orElse(null);
            if (field == null) {
                return;
            } else if (value == null) {
                errors.add(entry, "a default of null changes nothing", "Write a value, or leave it out");
                return;
            } else if (identity.equals(Set.of(path))) {
                errors.add(
                        entry,
                        "'" + path + "' is the whole identity: all records without it would become one",
                        "Leave the default out, so that such records are invalid, or add fields to the identity");
            }
            values.misfit(field.type(), value)
                    .ifPresent(expected -> errors.add(
                            entry,
                            "must be " + expected + ", but is " + DefinitionTree.kindOf(value),
                            "Write a value that fits the type of '" + path + "' in the schema"));
        });
    }

    void mask(String at, Map<String, Prepare.Mask> mask, Set<String> identity) {
        mask.forEach((path, how) -> {
            String entry = DefinitionTree.child(at, path);
            FieldPath field = find(entry, path).orElse(null);
            if (field == null) {
                return;
            } else if (field.type().getType() != Schema.Type.STRING
                    || field.type().getLogicalType() != null) {
                errors.add(
                        entry,
                        "only plain string fields can be masked, and '" + path + "' is of type "
                                + typeName(field.type()),
                        "Make it a string in the schema, or drop it from the schema");
            } else if (how != Prepare.Mask.HASH && identity.contains(path)) {
                errors.add(
                        entry,
                        Choices.written(how) + " makes different values equal, and '" + path
                                + "' is part of the identity",
                        "Use hash: it keeps different values different");
            }
        });
    }

    private static String typeName(Schema type) {
        return type.getLogicalType() == null
                ? type.getType().getName()
                : type.getLogicalType().getName();
    }

    void drop(Map<String, String> drop, Map<String, String> rename) {
        drop.forEach((at, name) -> {
            if (names.contains(name)) {
                errors.add(
                        at, "'" + name + "' is a field of the schema", "Take it out of the schema, or do not drop it");
            } else if (rename.containsKey(name)) {
                errors.add(
                        at,
                        "'" + name + "' has become '" + rename.get(name) + "' before fields are dropped",
                        "Either rename it or drop it");
            }
        });
    }

    private Optional<FieldPath> find(String at, String path) {
        Optional<FieldPath> field = FieldPath.find(schema, path);
        if (field.isEmpty()) {
            List<String> paths = new ArrayList<>();
            collectPaths(schema, "", paths);
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(path) + "' is not a field of the schema",
                    NearName.remedy(path, paths, "Add it to the schema, or name a field that the schema has"));
        }
        return field;
    }

    /** Enough of the paths to guess from, however much nested records repeat. */
    private static void collectPaths(Schema record, String around, List<String> paths) {
        for (Schema.Field field : record.getFields()) {
            if (paths.size() > 1_000) {
                return;
            }
            String path = DefinitionTree.child(around, field.name());
            paths.add(path);
            Schema type = FieldPath.withoutNull(field.schema());
            if (type.getType() == Schema.Type.RECORD) {
                collectPaths(type, path, paths);
            }
        }
    }
}
