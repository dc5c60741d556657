package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/** Derives the schema of a prepared record from the schema of an input record. */
final class WireSchema {
    private static final String SUFFIX = "Prepared";

    private WireSchema() {}

    /** The same fields in the same order, then the system fields, in a record of its own name and of aliases made alike. */
    static Schema of(Schema schema) {
        List<Schema.Field> fields = new ArrayList<>();
        schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field(
                SystemFields.INGEST_ID, Schema.create(Schema.Type.STRING), "Identity of the record", null));
        fields.add(new Schema.Field(
                SystemFields.SOURCE, Schema.create(Schema.Type.STRING), "Where the record came from", null));
        fields.add(new Schema.Field(
                SystemFields.RESCUED,
                Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
                "JSON object of the fields that the schema does not know",
                Schema.Field.NULL_DEFAULT_VALUE));
        Schema wire = Schema.createRecord(freeName(schema), schema.getDoc(), schema.getNamespace(), false, fields);
        schema.getAliases().forEach(alias -> wire.addAlias(alias + SUFFIX));
        return wire;
    }

    /** A name that no type in the schema has, as Avro lets a name stand for one type only. */
    private static String freeName(Schema schema) {
        Set<String> taken = new HashSet<>();
        collectNames(schema, taken);
        String space = schema.getNamespace() == null ? "" : schema.getNamespace() + ".";
        String name = schema.getName() + SUFFIX;
        while (taken.contains(space + name)) {
            name += "_";
        }
        return name;
    }

    private static void collectNames(Schema schema, Set<String> names) {
        switch (schema.getType()) {
            case RECORD -> {
                if (names.add(schema.getFullName())) {
                    schema.getFields().forEach(field -> collectNames(field.schema(), names));
                }
            }
            case ENUM, FIXED -> names.add(schema.getFullName());
            case ARRAY -> collectNames(schema.getElementType(), names);
            case MAP -> collectNames(schema.getValueType(), names);
            case UNION -> schema.getTypes().forEach(type -> collectNames(type, names));
            default -> {
                // A primitive type has no name of its own.
            }
        }
    }
}
