package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.Redaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;

/** Coercion to a record: finds the fields by their incoming names, fills in defaults, masks, and sees to unknown fields. */
final class RecordCoercer implements Coercer {
    /** Position of an incoming field that is to be forgotten. */
    static final int DROPPED = -1;

    private final Schema schema;
    private final Field[] fields;
    private final Map<Object, Integer> positions;
    private final Prepare.UnknownFields unknownFields;
    private final Redaction unknownRedaction;

    /**
     * @param schema the record's schema; fields after the given ones are left to the caller
     * @param fields the first fields of the schema
     * @param positions incoming field name, or {@link Moved}, → position in the schema or {@link #DROPPED}
     * @param unknownRedaction what must not be seen of fields that the schema does not know
     */
    RecordCoercer(
            Schema schema,
            List<Field> fields,
            Map<Object, Integer> positions,
            Prepare.UnknownFields unknownFields,
            Redaction unknownRedaction) {
        this.schema = schema;
        this.fields = fields.toArray(new Field[0]);
        // Asked for every field of every record, and faster than Map.copyOf.
        this.positions = new HashMap<>(positions);
        this.unknownFields = unknownFields;
        this.unknownRedaction = unknownRedaction;
    }

    @Override
    public Object coerce(Object raw, Findings findings) {
        Map<?, ?> values = valuesOf(raw);
        if (values == null) {
            return findings.misfit(Code.WRONG_TYPE, "is not a record", raw);
        }
        GenericRecord target = new GenericData.Record(schema);
        int hidden = findings.expose();
        boolean fits = fill(target, values, findings);
        findings.conceal(hidden);
        return fits ? target : Findings.MISFIT;
    }

    /** The fields of a record or map, null for anything else. */
    static Map<?, ?> valuesOf(Object raw) {
        if (raw instanceof Record record) {
            return record.toMap();
        }
        return raw instanceof Map<?, ?> map ? map : null;
    }

    /**
     * Fills a record; fields that do not fit stay null.
     *
     * @return whether every field fits
     */
    boolean fill(GenericRecord target, Map<?, ?> values, Findings findings) {
        int before = findings.count();
        // A map of a NiFi record makes an object for each entry that is iterated over, and none here.
        values.forEach((name, value) -> take(target, name, value, findings));
        for (int i = 0; i < fields.length; i++) {
            Field field = fields[i];
            int since = findings.count();
            Object value = field.coerce(target.get(i), findings);
            if (findings.count() != since) {
                findings.within(field.name(), since);
            }
            target.put(i, value == Findings.MISFIT ? null : value);
        }
        return findings.count() == before || !findings.hasMisfits(before);
    }

    /** Puts a raw value where the coerced one will be. */
    private void take(GenericRecord target, Object key, Object value, Findings findings) {
        if (value == null) {
            return;
        }
        Object name = key instanceof String || key instanceof Moved ? key : String.valueOf(key);
        Integer position = positions.get(name);
        if (position == null) {
            unknown(name.toString(), value, findings);
        } else if (position != DROPPED) {
            claim(target, position, value, findings);
        }
    }

    /** Several incoming names may lead to one field; that is fine while only one of them says something. */
    private void claim(GenericRecord target, int position, Object value, Findings findings) {
        Object other = target.get(position);
        if (other == null) {
            target.put(position, value);
            return;
        }
        Field field = fields[position];
        if (field.coercer().isAbsent(other)) {
            target.put(position, value);
        } else if (!field.coercer().isAbsent(value) && !Objects.deepEquals(other, value)) {
            int since = findings.count();
            field.misfit(Code.CONFLICT, "is in the record under two names with different values", value, findings);
            findings.within(field.name(), since);
        }
    }

    private void unknown(String name, Object value, Findings findings) {
        switch (unknownFields) {
            case RESCUE -> findings.rescue(name, value, unknownRedaction.of(name));
            case REJECT -> {
                int since = findings.count();
                boolean hidden = unknownRedaction.of(name) != Redaction.NOTHING;
                misfit(hidden, Code.UNKNOWN_FIELD, "is not a field of the schema", value, findings);
                findings.within(name, since);
            }
            case DROP -> {
                // Forgotten, as the definition asks.
            }
        }
    }

    private static void misfit(boolean hidden, Code code, String message, Object raw, Findings findings) {
        if (hidden) {
            findings.hide();
        }
        findings.misfit(code, message, raw);
        if (hidden) {
            findings.reveal();
        }
    }

    /**
     * One field of the record.
     *
     * @param fallback what stands in for an absent value, already coerced and masked; null where there is nothing
     * @param mask how the value is hidden, null where it is not
     * @param sensitive whether the raw value must not be seen, because it or a part of it is masked
     */
    record Field(String name, Coercer coercer, Object fallback, Masking mask, boolean sensitive) {
        Object coerce(Object raw, Findings findings) {
            if (coercer.isAbsent(raw)) {
                return fallback != null ? fallback : ContainerCoercers.present(coercer, raw, findings);
            }
            if (!sensitive) {
                return coercer.coerce(raw, findings);
            }
            findings.hide();
            Object value = coercer.coerce(raw, findings);
            findings.reveal();
            return mask == null || value == null || value == Findings.MISFIT ? value : mask.mask(value.toString());
        }

        void misfit(Code code, String message, Object raw, Findings findings) {
            RecordCoercer.misfit(sensitive, code, message, raw, findings);
        }
    }
}
