package io.hybridingest.prepare;

import io.hybridingest.pipeline.FieldPath;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The numbers of a definition's defaults. A decimal may stand there in quotes, and is written with a point whatever mark the pipeline's
 * data have. Stateless.
 */
final class DefinitionNumbers {
    private DefinitionNumbers() {}

    /** A default with its numbers as numbers; text that is none stays as it is. */
    static Object of(Object value, Schema declared) {
        Schema type = FieldPath.withoutNull(declared);
        return switch (value) {
            case String text when type.getLogicalType() instanceof LogicalTypes.Decimal -> number(text);
            case List<?> items
            when type.getType() == Schema.Type.ARRAY ->
                items.stream().map(item -> of(item, type.getElementType())).toList();
            case Map<?, ?> map
            when type.getType() == Schema.Type.MAP || type.getType() == Schema.Type.RECORD -> entries(map, type);
            case null, default -> value;
        };
    }

    private static Map<String, Object> entries(Map<?, ?> map, Schema type) {
        Map<String, Object> entries = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            entries.put(name, value == null ? null : of(value, entryType(type, name)));
        });
        return entries;
    }

    private static Schema entryType(Schema type, String name) {
        if (type.getType() == Schema.Type.MAP) {
            return type.getValueType();
        }
        Schema.Field field = type.getField(name);
        return field == null ? Schema.create(Schema.Type.NULL) : field.schema();
    }

    private static Object number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }
}
