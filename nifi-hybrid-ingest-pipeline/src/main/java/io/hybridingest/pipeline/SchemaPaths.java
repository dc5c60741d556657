package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Finds the fields that a definition names in its schema, and says what is wrong where there is none. */
final class SchemaPaths {
    /** Enough to guess from, however much nested records repeat. */
    private static final int MOST_PATHS = 1_000;

    private final Schema schema;
    private final DefinitionErrors errors;
    private final List<String> paths = new ArrayList<>();

    SchemaPaths(Schema schema, DefinitionErrors errors) {
        this.schema = schema;
        this.errors = errors;
        collect(schema, "");
    }

    private void collect(Schema record, String around) {
        for (Schema.Field field : record.getFields()) {
            if (paths.size() > MOST_PATHS) {
                return;
            }
            String path = DefinitionTree.child(around, field.name());
            paths.add(path);
            Schema type = FieldPath.withoutNull(field.schema());
            if (type.getType() == Schema.Type.RECORD) {
                collect(type, path);
            }
        }
    }

    boolean contains(String path) {
        return FieldPath.find(schema, path).isPresent();
    }

    /** The field; where there is none, that is noted. */
    Optional<FieldPath> find(String at, String path) {
        return find(at, path, "Add it to the schema, or name a field that the schema has");
    }

    /**
     * The field; where there is none, that is noted.
     *
     * @param otherwise what to write where nothing near is known
     */
    Optional<FieldPath> find(String at, String path, String otherwise) {
        Optional<FieldPath> field = FieldPath.find(schema, path);
        if (field.isEmpty()) {
            String dead = deadEnd(path);
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(path) + "' is not a field of the schema" + dead,
                    dead.isEmpty() ? NearName.remedy(path, paths, otherwise) : otherwise);
        }
        return field;
    }

    /** Every path, for a list of what may be written. */
    String all() {
        return DefinitionTree.cut(String.join(", ", paths));
    }

    /** Why the path ends before its last name does; nothing where a name is simply not there. */
    private String deadEnd(String path) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            String around = path.substring(0, dot);
            Schema type = FieldPath.find(schema, around).map(FieldPath::type).orElse(null);
            if (type == null) {
                return "";
            } else if (type.getType() != Schema.Type.RECORD) {
                return ": '" + around + "' is of type " + type.getType().getName()
                        + ", and a path goes through records only";
            }
        }
        return "";
    }
}
