package io.hybridingest.pipeline;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * Compares the schema of records that are there with the one they are to be read with, field by field. Avro's own checker decides
 * about the types; it is not asked about the whole, as it does not look for the place within a type that may be null.
 */
final class SchemaComparison {
    private final DefinitionChanges changes;
    private final TypeComparison types;
    private final Set<String> compared = new HashSet<>();

    SchemaComparison(DefinitionChanges changes) {
        this.changes = changes;
        this.types = new TypeComparison(changes);
    }

    /** @param path of the record, empty for the outermost */
    void records(String path, Schema older, Schema newer) {
        if (!compared.add(older.getFullName() + ' ' + newer.getFullName())) {
            return;
        }
        if (!SchemaCompatibility.schemaNameEquals(newer, older)) {
            types.renamed(path.isEmpty() ? "schema" : path, older, newer);
        }
        Set<String> read = new HashSet<>();
        for (Schema.Field field : newer.getFields()) {
            String fieldPath = DefinitionTree.child(path, field.name());
            try {
                Schema.Field before = SchemaCompatibility.lookupWriterField(older, field);
                if (before == null) {
                    added(fieldPath, field);
                } else {
                    read.add(before.name());
                    values(fieldPath, before.schema(), field.schema());
                }
            } catch (AvroRuntimeException ambiguous) {
                changes.breaks(
                        fieldPath,
                        "its name and its aliases are several fields of older records",
                        "Take the aliases out that are fields of their own");
            }
        }
        older.getFields().stream()
                .filter(field -> !read.contains(field.name()))
                .forEach(field -> removed(DefinitionTree.child(path, field.name())));
    }

    private void added(String path, Schema.Field field) {
        if (!field.hasDefaultValue()) {
            changes.breaks(
                    path,
                    "is not in older records and has no default in the schema",
                    "Write one beside its type, as in {name: " + field.name()
                            + ", type: [null, ...], default: null}; prepare.defaults is for incoming records only");
        }
    }

    private void removed(String path) {
        changes.note(
                path,
                "is not in the schema any more, and its values in older records are ignored",
                "Where it has another name, write the older one as its alias: {name: ..., aliases: ["
                        + path.substring(path.lastIndexOf('.') + 1) + "]}");
    }

    private void values(String path, Schema older, Schema newer) {
        if (older.isNullable() && !newer.isNullable()) {
            changes.breaks(
                    path,
                    "may be null in older records, and may not be null any more",
                    "Keep null in its type in the schema");
        }
        List<Schema> readers = types(newer);
        types(older).forEach(type -> value(path, type, readers));
    }

    private void value(String path, Schema older, List<Schema> readers) {
        if (readers.size() == 1) {
            types(path, older, readers.get(0));
            return;
        }
        Schema same =
                readers.stream().filter(type -> isSame(older, type)).findFirst().orElse(null);
        if (same != null) {
            types(path, older, same);
        } else if (readers.stream().noneMatch(type -> isReadable(older, type))) {
            types.missingBranch(path, older, readers);
        }
    }

    private void types(String path, Schema older, Schema newer) {
        if (older.getType() != newer.getType()) {
            types.compare(path, older, newer);
            return;
        }
        switch (newer.getType()) {
            case RECORD -> records(path, older, newer);
            case ARRAY -> values(path + "[]", older.getElementType(), newer.getElementType());
            case MAP -> values(path + "{}", older.getValueType(), newer.getValueType());
            default -> types.compare(path, older, newer);
        }
    }

    private static List<Schema> types(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                ? schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .toList()
                : List.of(schema);
    }

    private static boolean isSame(Schema older, Schema newer) {
        return switch (newer.getType()) {
            case RECORD, ENUM, FIXED ->
                older.getType() == newer.getType() && SchemaCompatibility.schemaNameEquals(newer, older);
            default -> older.getType() == newer.getType();
        };
    }

    private static boolean isReadable(Schema older, Schema newer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(newer, older).getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }
}
