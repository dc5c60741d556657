package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A field of a schema, found by its dotted path: {@code address.city} is the field {@code city} of the record in the
 * field {@code address}. Immutable and safe to share between threads.
 *
 * @param path the dotted path
 * @param steps the field of every name of the path, from the outermost, at least one
 * @param type the type of the last field, without null where it is {@code [null, type]}; a union where more is left
 * @param nullable whether the value may be absent, because the field or a record around it may be null
 */
public record FieldPath(String path, List<Schema.Field> steps, Schema type, boolean nullable) {
    public FieldPath {
        steps = List.copyOf(steps);
    }

    /**
     * Finds the field.
     *
     * @param record an Avro record schema
     * @param path dotted path of names
     * @return empty where the path names no field of the schema
     */
    public static Optional<FieldPath> find(Schema record, String path) {
        List<Schema.Field> steps = new ArrayList<>();
        Schema type = record;
        boolean nullable = false;
        for (String name : path.split("\\.", -1)) {
            Schema.Field field = type.getType() == Schema.Type.RECORD ? type.getField(name) : null;
            if (field == null) {
                return Optional.empty();
            }
            steps.add(field);
            nullable |= field.schema().isNullable();
            type = withoutNull(field.schema());
        }
        return Optional.of(new FieldPath(path, steps, type, nullable));
    }

    /** The type itself, or what is left of a union without its null. */
    public static Schema withoutNull(Schema type) {
        if (type.getType() != Schema.Type.UNION || !type.isNullable()) {
            return type;
        }
        List<Schema> left = type.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return left.size() == 1 ? left.get(0) : Schema.createUnion(left);
    }
}
