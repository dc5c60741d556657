package io.hybridingest.kafka;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/** How the schema that a container was written with stands to the schema that its records are sent with. */
sealed interface SchemaAgreement {
    /** The bytes can be sent as they are. */
    record Same() implements SchemaAgreement {}

    /** Another version of the pipeline wrote it, with this schema; each record is read and written anew. */
    record Resolvable(Schema written) implements SchemaAgreement {}

    /** Nothing can turn one into the other. */
    record Different(String why) implements SchemaAgreement {}

    static SchemaAgreement of(Schema written, Schema wire) {
        if (written.equals(wire)) {
            return new Same();
        }
        SchemaPairCompatibility pair = SchemaCompatibility.checkReaderWriterCompatibility(wire, written);
        if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
            return new Different(pair.getResult().getIncompatibilities().stream()
                    .findFirst()
                    .map(found -> found.getMessage() + " at " + found.getLocation())
                    .orElse("the schemas are incompatible"));
        }
        return differentMeaning("", written, wire, new HashSet<>())
                .<SchemaAgreement>map(Different::new)
                .orElseGet(() -> new Resolvable(written));
    }

    /** Avro's own check ignores logical types, and milliseconds read as microseconds would be silently wrong. */
    private static Optional<String> differentMeaning(String path, Schema written, Schema wire, Set<String> seen) {
        Schema before = withoutNull(written);
        Schema now = withoutNull(wire);
        if (!Objects.equals(before.getLogicalType(), now.getLogicalType())) {
            return Optional.of("the field '" + path.substring(1) + "' was " + before + " and is now " + now);
        }
        if (before.getType() != now.getType()) {
            return Optional.empty();
        }
        return switch (now.getType()) {
            case ARRAY -> differentMeaning(path, before.getElementType(), now.getElementType(), seen);
            case MAP -> differentMeaning(path, before.getValueType(), now.getValueType(), seen);
            case RECORD -> seen.add(now.getFullName()) ? differentField(path, before, now, seen) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<String> differentField(String path, Schema before, Schema now, Set<String> seen) {
        return now.getFields().stream()
                .filter(field -> before.getField(field.name()) != null)
                .map(field -> differentMeaning(
                        path + "." + field.name(), before.getField(field.name()).schema(), field.schema(), seen))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Schema withoutNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        return branches.size() == 1 ? branches.getFirst() : schema;
    }
}
