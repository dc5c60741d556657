package io.hybridingest.record;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/**
 * A dotted path into an Avro record schema, resolved once to field positions. Leads through nested records, also
 * nullable ones, not through arrays and maps. Immutable and safe to share between threads.
 */
public final class FieldPath {
    private final List<Schema.Field> fields;

    private FieldPath(List<Schema.Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /**
     * Resolves a path.
     *
     * @throws IllegalArgumentException where the schema has no such field
     */
    public static FieldPath of(Schema schema, String dotted) {
        List<Schema.Field> fields = new ArrayList<>();
        Schema at = schema;
        for (String name : dotted.split("\\.")) {
            Schema.Field field = at.getType() == Schema.Type.RECORD ? at.getField(name) : null;
            if (field == null) {
                throw new IllegalArgumentException(
                        "The schema " + schema.getFullName() + " has no field " + dotted + ".");
            }
            fields.add(field);
            at = nonNull(field.schema());
        }
        return new FieldPath(fields);
    }

    /** The schema a nullable schema is about; any other schema itself. */
    public static Schema nonNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 ? branches.getFirst() : schema;
    }

    /** The field's own schema, without null. */
    public Schema schema() {
        return nonNull(fields.getLast().schema());
    }

    /** The value at the path, null where it or anything on the way is null. */
    public Object valueIn(GenericRecord record) {
        Object at = record;
        for (Schema.Field field : fields) {
            if (!(at instanceof IndexedRecord parent)) {
                return null;
            }
            at = parent.get(field.pos());
        }
        return at;
    }

    List<Schema.Field> fields() {
        return fields;
    }
}
