package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** Holds what a definition says about fields against its schema. */
final class FieldChecks {
    private final SchemaPaths schema;
    private final DefinitionErrors errors;

    FieldChecks(SchemaPaths schema, DefinitionErrors errors) {
        this.schema = schema;
        this.errors = errors;
    }

    /**
     * Every path must be a field, and one of them must always have a value.
     *
     * @param paths place in the definition → dotted path
     */
    void identity(Map<String, String> paths) {
        Set<String> seen = new HashSet<>();
        List<FieldPath> fields = new ArrayList<>();
        paths.forEach((at, path) -> {
            if (!seen.add(path)) {
                errors.add(at, "'" + path + "' is named twice", "Name it once");
            }
            schema.find(at, path).ifPresent(fields::add);
        });
        boolean mayBeAbsent = fields.size() == paths.size() && fields.stream().allMatch(FieldPath::nullable);
        if (mayBeAbsent && seen.size() == 1) {
            errors.add(
                    paths.keySet().iterator().next(),
                    "'" + fields.get(0).path() + "' may be null, and all records without it would be the same record",
                    "Take null out of its type in the schema, or add a field that is never null");
        } else if (mayBeAbsent && !seen.isEmpty()) {
            errors.add(
                    "identity",
                    "every one of its fields may be null, and all records without them would be the same record",
                    "Take null out of the type of one of them in the schema, or add a field that is never null");
        }
    }

    void eventTime(String at, String path) {
        schema.find(at, path).ifPresent(field -> {
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

    void defaults(String at, Map<String, Object> defaults, Prepare.Normalise normalise, Set<String> identity) {
        DefaultValues values = new DefaultValues(normalise);
        defaults.forEach((path, value) -> {
            String entry = DefinitionTree.child(at, path);
            FieldPath field = schema.find(entry, path).orElse(null);
            if (field == null) {
                return;
            } else if (value == null) {
                errors.add(entry, "a default of null changes nothing", "Write a value, or leave it out");
                return;
            } else if (decides(path, identity)) {
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
            FieldPath field = schema.find(entry, path).orElse(null);
            if (field == null) {
                return;
            } else if (field.type().getType() != Schema.Type.STRING
                    || field.type().getLogicalType() != null) {
                errors.add(
                        entry,
                        "only plain string fields can be masked, and '" + path + "' is of type "
                                + typeName(field.type()),
                        "Make it a string in the schema, or drop it from the schema");
            } else if (how != Prepare.Mask.HASH && identity.stream().anyMatch(around -> isWithin(path, around))) {
                errors.add(
                        entry,
                        Choices.written(how) + " makes different values equal, and '" + path
                                + "' is part of the identity",
                        "Use hash: it keeps different values different");
            }
        });
    }

    /** Whether the whole identity lies in the field. */
    private static boolean decides(String path, Set<String> identity) {
        return !identity.isEmpty() && identity.stream().allMatch(field -> isWithin(field, path));
    }

    private static boolean isWithin(String path, String around) {
        return path.equals(around) || path.startsWith(around + ".");
    }

    private static String typeName(Schema type) {
        return type.getLogicalType() == null
                ? type.getType().getName()
                : type.getLogicalType().getName();
    }
}
