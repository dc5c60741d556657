package io.hybridingest.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Refuses what is valid Avro but would be lost, ignored or refused further on: by Avro itself, by Spark or by Delta. */
final class SchemaChecks {
    private static final String LOGICAL_TYPE = "logicalType";

    /** Those that every Avro and Spark on the way agree on. */
    static final List<String> LOGICAL_TYPES = List.of(
            "decimal",
            "uuid",
            "date",
            "time-millis",
            "time-micros",
            "timestamp-millis",
            "timestamp-micros",
            "local-timestamp-millis",
            "local-timestamp-micros");

    private final DefinitionErrors errors;
    private final Deque<String> around = new ArrayDeque<>();
    private final Set<String> visited = new HashSet<>();
    private boolean recursive;

    private SchemaChecks(DefinitionErrors errors) {
        this.errors = errors;
    }

    /** Whether the schema can be looked into further; what is wrong with it is noted. */
    static boolean pass(Schema schema, String path, DefinitionErrors errors) {
        SchemaChecks checks = new SchemaChecks(errors);
        checks.refuseReservedNames(schema, path);
        checks.visit(schema, path);
        return !checks.recursive;
    }

    private void refuseReservedNames(Schema schema, String path) {
        for (Schema.Field field : schema.getFields()) {
            if (field.name().startsWith("_")) {
                errors.add(
                        fieldPath(path, field),
                        "the field name '" + field.name() + "' is reserved: names that begin with _ are the system's",
                        "Give it another name; prepare.rename can map the incoming name to it");
            }
        }
    }

    private void visit(Schema schema, String path) {
        switch (schema.getType()) {
            case RECORD -> visitRecord(schema, path);
            case ARRAY -> visit(schema.getElementType(), path + ".items");
            case MAP -> visit(schema.getValueType(), path + ".values");
            case UNION -> visitUnion(schema, path);
            default -> checkLogicalType(schema, path);
        }
    }

    private void visitUnion(Schema union, String path) {
        for (int i = 0; i < union.getTypes().size(); i++) {
            visit(union.getTypes().get(i), DefinitionTree.child(path, i));
        }
    }

    private void visitRecord(Schema record, String path) {
        if (around.contains(record.getFullName())) {
            recursive = true;
            errors.add(
                    path,
                    "the record " + record.getName() + " holds itself",
                    "Spark has no recursive types: flatten it");
            return;
        } else if (!visited.add(record.getFullName())) {
            return;
        } else if (record.getFields().isEmpty()) {
            errors.add(path, "the record " + record.getName() + " has no fields", "Give it at least one field");
        }
        around.push(record.getFullName());
        refuseNamesThatDifferInCase(record, path);
        for (Schema.Field field : record.getFields()) {
            checkField(field, fieldPath(path, field));
            visit(field.schema(), fieldPath(path, field) + ".type");
        }
        around.pop();
    }

    private void refuseNamesThatDifferInCase(Schema record, String path) {
        Map<String, String> seen = new HashMap<>();
        for (Schema.Field field : record.getFields()) {
            String other = seen.putIfAbsent(field.name().toLowerCase(Locale.ROOT), field.name());
            if (other != null) {
                errors.add(
                        fieldPath(path, field),
                        "'" + field.name() + "' and '" + other + "' differ only in case",
                        "Spark and Delta do not tell them apart: rename one");
            }
        }
    }

    private void checkField(Schema.Field field, String path) {
        Object misplaced = field.getObjectProp(LOGICAL_TYPE);
        if (misplaced != null) {
            errors.add(
                    path,
                    "the logicalType of '" + field.name() + "' stands beside its type, where Avro does not see it",
                    "Write 'type: {type: " + field.schema().getType().getName() + ", logicalType: " + misplaced + "}'");
        }
        if (FieldPath.withoutNull(field.schema()).getType() == Schema.Type.NULL || isOnlyNull(field.schema())) {
            errors.add(path, "'" + field.name() + "' can only be null", "Write the type it has when it is there");
        }
    }

    private static boolean isOnlyNull(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                && schema.getTypes().stream().allMatch(type -> type.getType() == Schema.Type.NULL);
    }

    /** Avro ignores a logical type that it does not know or that does not fit, and would keep the bare number. */
    private void checkLogicalType(Schema schema, String path) {
        Object written = schema.getObjectProp(LOGICAL_TYPE);
        if (written == null) {
            return;
        }
        String name = written.toString();
        if (!LOGICAL_TYPES.contains(name)) {
            errors.add(
                    path,
                    "the logicalType '" + name + "' is not known",
                    NearName.remedy(name, LOGICAL_TYPES, "Write " + String.join(" or ", LOGICAL_TYPES)));
            return;
        }
        try {
            LogicalTypes.fromSchema(schema);
            refuseUuidOfBytes(schema, name, path);
        } catch (RuntimeException e) {
            errors.add(
                    path,
                    "the logicalType '" + name + "' does not fit: " + DefinitionTree.cut(e.getMessage()),
                    "timestamp-* is on long, date on int, uuid on string, decimal on bytes with a precision and a scale");
        }
    }

    private void refuseUuidOfBytes(Schema schema, String name, String path) {
        if (name.equals("uuid") && schema.getType() != Schema.Type.STRING) {
            errors.add(path, "a uuid must be on string", "Write 'type: {type: string, logicalType: uuid}'");
        }
    }

    private static String fieldPath(String path, Schema.Field field) {
        return DefinitionTree.child(path + ".fields", field.pos());
    }
}
