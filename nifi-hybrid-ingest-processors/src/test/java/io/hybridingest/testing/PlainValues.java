package io.hybridingest.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/** Values of Avro in a form that compares well, and that a failing assertion shows well. */
public final class PlainValues {
    private PlainValues() {}

    /** A value of Avro as plain lists and maps of text and numbers, which compare well. */
    public static Object of(Object value) {
        return switch (value) {
            case null -> null;
            case IndexedRecord record -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                record.getSchema().getFields().forEach(field -> fields.put(field.name(), of(record.get(field.pos()))));
                yield fields;
            }
            case Map<?, ?> map -> {
                Map<String, Object> entries = new TreeMap<>();
                map.forEach((key, entry) -> entries.put(key.toString(), of(entry)));
                yield entries;
            }
            case Iterable<?> items -> {
                List<Object> list = new ArrayList<>();
                items.forEach(item -> list.add(of(item)));
                yield list;
            }
            case GenericFixed fixed -> HexFormat.of().formatHex(fixed.bytes());
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield HexFormat.of().formatHex(bytes);
            }
            case Number number -> number;
            case Boolean flag -> flag;
            default -> value.toString();
        };
    }
}
