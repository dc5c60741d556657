package io.hybridingest.job.source;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Whether values that one schema wrote mean the same to another. Avro resolves bare values whatever a logical type says
 * they are, and its fingerprints leave logical types out: milliseconds would be read as microseconds in silence.
 */
final class SchemaMeaning {
    private final Set<String> visited = new HashSet<>();

    private SchemaMeaning() {}

    /**
     * The first field whose values mean something else.
     *
     * @return a phrase that names the field and both meanings, empty where all mean the same
     */
    static Optional<String> difference(Schema writer, Schema reader) {
        return new SchemaMeaning().compare("", writer, reader);
    }

    private Optional<String> compare(String path, Schema writer, Schema reader) {
        if (writer.isUnion() || reader.isUnion()) {
            return branches(path, writer, reader);
        }
        Optional<String> here = ofValues(path, writer.getLogicalType(), reader.getLogicalType());
        if (here.isPresent() || writer.getType() != reader.getType()) {
            return here;
        }
        return switch (writer.getType()) {
            case RECORD -> fields(path, writer, reader);
            case ARRAY -> compare(path, writer.getElementType(), reader.getElementType());
            case MAP -> compare(path, writer.getValueType(), reader.getValueType());
            default -> Optional.empty();
        };
    }

    private static Optional<String> ofValues(String path, LogicalType writer, LogicalType reader) {
        if (writer == null || reader == null || meaning(writer).equals(meaning(reader))) {
            return Optional.empty();
        }
        return Optional.of("the field %s was %s and is %s".formatted(path, meaning(writer), meaning(reader)));
    }

    private static String meaning(LogicalType type) {
        return type instanceof LogicalTypes.Decimal decimal
                ? "decimal with scale " + decimal.getScale()
                : type.getName();
    }

    private Optional<String> fields(String path, Schema writer, Schema reader) {
        if (!visited.add(writer.getFullName() + ">" + reader.getFullName())) {
            return Optional.empty();
        }
        for (Schema.Field field : reader.getFields()) {
            Optional<Schema.Field> written = written(writer, field);
            Optional<String> difference = written.flatMap(found ->
                    compare(path.isEmpty() ? field.name() : path + "." + field.name(), found.schema(), field.schema()));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<Schema.Field> written(Schema writer, Schema.Field field) {
        return Optional.ofNullable(writer.getField(field.name())).or(() -> field.aliases().stream()
                .map(writer::getField)
                .filter(java.util.Objects::nonNull)
                .findFirst());
    }

    /** Of unions the branches of one type are compared. */
    private Optional<String> branches(String path, Schema writer, Schema reader) {
        for (Schema written : writer.isUnion() ? writer.getTypes() : java.util.List.of(writer)) {
            for (Schema read : reader.isUnion() ? reader.getTypes() : java.util.List.of(reader)) {
                if (written.getType() == read.getType()) {
                    Optional<String> difference = compare(path, written, read);
                    if (difference.isPresent()) {
                        return difference;
                    }
                }
            }
        }
        return Optional.empty();
    }
}
