package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Finds a field of a schema in an older one. */
final class FieldMatch {
    private FieldMatch() {}

    /**
     * The path that the field has in the older schema, by its name or one of its aliases.
     *
     * @param path of a field of the newer schema
     * @return empty where the older schema has no such field, or several
     */
    static Optional<String> olderPath(Schema older, Schema newer, String path) {
        List<String> names = new ArrayList<>();
        Schema record = older;
        for (Schema.Field step : FieldPath.find(newer, path).orElseThrow().steps()) {
            Schema.Field before = olderField(record, step);
            if (before == null) {
                return Optional.empty();
            }
            names.add(before.name());
            record = FieldPath.withoutNull(before.schema());
        }
        return Optional.of(String.join(".", names));
    }

    private static Schema.Field olderField(Schema record, Schema.Field field) {
        try {
            return record.getType() == Schema.Type.RECORD ? SchemaCompatibility.lookupWriterField(record, field) : null;
        } catch (AvroRuntimeException ambiguous) {
            return null;
        }
    }
}
