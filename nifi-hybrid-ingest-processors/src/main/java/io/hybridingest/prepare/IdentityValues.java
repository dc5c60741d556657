package io.hybridingest.prepare;

import io.hybridingest.pipeline.FieldPath;
import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.record.AvroRecords;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/**
 * Computes a prepared record's identity from its coerced and masked values: what they mean counts, not how they were written, so
 * that the same record read from CSV and from JSON is the same. Immutable and safe to share between threads.
 */
final class IdentityValues {
    private final List<FieldPath> paths;

    private IdentityValues(List<FieldPath> paths) {
        this.paths = List.copyOf(paths);
    }

    static IdentityValues of(Schema schema, Identity.Fields identity) {
        return new IdentityValues(identity.paths().stream()
                .map(path -> FieldPath.find(schema, path)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "The schema has no field " + path + ", which identity names.")))
                .toList());
    }

    /** Whether all of the identity's fields are sound, in a record that may not be. */
    boolean isKnown(Findings findings) {
        return !findings.hasMisfits(0) || paths.stream().allMatch(path -> findings.sound(path.path()));
    }

    /**
     * The identity of a record whose identity {@link #isKnown}. A null among its values is a value; where all of them are null, the
     * record has no identity, and the findings say so.
     *
     * @return null where the record has none
     */
    String ingestId(GenericRecord record, Findings findings) {
        List<Object> values = new ArrayList<>(paths.size());
        boolean known = false;
        for (FieldPath path : paths) {
            Object value = meaning(AvroRecords.valueAt(record, path), path.type());
            known |= value != null;
            values.add(value);
        }
        if (known) {
            return IngestId.ofValues(values);
        }
        for (FieldPath path : paths) {
            int since = findings.count();
            findings.misfit(Code.MISSING, "has no value, nor has any other field of the identity", null);
            findings.within(path.path(), since);
        }
        return null;
    }

    private static Object meaning(Object value, Schema schema) {
        if (value == null) {
            return null;
        }
        return switch (AvroRecords.readable(value, schema)) {
            case String text -> text;
            case Number number -> number;
            case IndexedRecord record -> fields(record);
            case Collection<?> items ->
                meanings(items, AvroRecords.branch(value, schema).getElementType());
            case Map<?, ?> map -> entries(map, AvroRecords.branch(value, schema).getValueType());
            case GenericFixed fixed -> fixed.bytes();
            case ByteBuffer bytes -> bytes;
            case LocalTime time -> time.toString();
            case LocalDateTime dateTime -> dateTime.toString();
            case org.apache.avro.generic.GenericEnumSymbol<?> symbol -> symbol.toString();
            case Object other -> other;
        };
    }

    private static List<Object> meanings(Collection<?> items, Schema element) {
        List<Object> values = new ArrayList<>(items.size());
        items.forEach(item -> values.add(meaning(item, element)));
        return values;
    }

    private static Map<String, Object> fields(IndexedRecord record) {
        Map<String, Object> values = new LinkedHashMap<>();
        record.getSchema()
                .getFields()
                .forEach(field -> values.put(field.name(), meaning(record.get(field.pos()), field.schema())));
        return values;
    }

    private static Map<String, Object> entries(Map<?, ?> map, Schema value) {
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, entry) -> values.put(key.toString(), meaning(entry, value)));
        return values;
    }
}
