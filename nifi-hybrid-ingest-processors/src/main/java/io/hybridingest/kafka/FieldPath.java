package io.hybridingest.kafka;

import java.util.List;
import org.apache.avro.Schema;

/**
 * The way from a record to one field in it, such as {@code /account} or {@code customer.id}: record fields only, so that
 * the field can be found by stepping over the bytes before it.
 *
 * @param names field names from the outside in, at least one
 */
record FieldPath(List<String> names) {
    FieldPath {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("A field path names at least one field");
        }
    }

    /**
     * Reads a path written with slashes or with dots.
     *
     * @throws IllegalArgumentException where it is empty or holds anything but names
     */
    static FieldPath parse(String text) {
        String path = text.strip();
        String trimmed = path.startsWith("/") ? path.substring(1) : path;
        List<String> names = List.of(trimmed.split("[/.]", -1));
        if (!names.stream().allMatch(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*"))) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a path of field names: write the names from the outside in, such as /customer/id");
        }
        return new FieldPath(names);
    }

    /**
     * The schema of the field, without a nullable union around it.
     *
     * @throws IllegalArgumentException where the record schema has no such field
     */
    Schema in(Schema record) {
        Schema current = record;
        for (String name : names) {
            Schema parent = nonNull(current);
            Schema.Field field = parent.getType() == Schema.Type.RECORD ? parent.getField(name) : null;
            if (field == null) {
                throw new IllegalArgumentException("'" + this + "' is not a field of " + record.getFullName() + ": "
                        + parent.getFullName() + " has no '" + name + "'");
            }
            current = field.schema();
        }
        return nonNull(current);
    }

    @Override
    public String toString() {
        return "/" + String.join("/", names);
    }

    private static Schema nonNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 ? branches.getFirst() : schema;
    }
}
