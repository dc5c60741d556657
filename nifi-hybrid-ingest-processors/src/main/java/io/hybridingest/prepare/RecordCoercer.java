package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;
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
    private final List<Field> fields;
    private final Map<String, Integer> positions;
    private final Prepare.UnknownFields unknownFields;

    /**
     * @param schema the record's schema; fields after the given ones are left to the caller
     * @param fields the first fields of the schema
     * @param positions incoming field name → position in the schema or {@link #DROPPED}
     */
    RecordCoercer(
            Schema schema, List<Field> fields, Map<String, Integer> positions, Prepare.UnknownFields unknownFields) {
        this.schema = schema;
        this.fields = List.copyOf(fields);
        this.positions = Map.copyOf(positions);
        this.unknownFields = unknownFields;
    }

    @Override
    public Object coerce(Object raw, Findings findings) {
        Map<?, ?> values = raw instanceof Record record ? record.toMap() : raw instanceof Map<?, ?> map ? map : null;
        if (values == null) {
            return findings.misfit(Code.WRONG_TYPE, "is not a record", raw);
        }
        GenericRecord target = new GenericData.Record(schema);
        return fill(target, values, findings) ? target : Findings.MISFIT;
    }

    /**
     * Fills a record; fields that do not fit stay null.
     *
     * @return whether every field fits
     */
    boolean fill(GenericRecord target, Map<?, ?> values, Findings findings) {
        Findings.Mark before = findings.mark();
        Object[] raw = arrange(values, findings);
        for (int i = 0; i < raw.length; i++) {
            Field field = fields.get(i);
            findings.enter(field.name());
            Object value = field.coerce(raw[i], findings);
            findings.leave();
            target.put(i, value == Findings.MISFIT ? null : value);
        }
        return findings.mark().reasons() == before.reasons();
    }

    private Object[] arrange(Map<?, ?> values, Findings findings) {
        Object[] raw = new Object[fields.size()];
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            Object value = entry.getValue();
            if (value == null) {
                continue;
            }
            String name = String.valueOf(entry.getKey());
            Integer position = positions.get(name);
            if (position == null) {
                unknown(name, value, findings);
            } else if (position != DROPPED) {
                claim(raw, position, value, findings);
            }
        }
        return raw;
    }

    /** Several incoming names may lead to one field; that is fine while only one of them says something. */
    private void claim(Object[] raw, int position, Object value, Findings findings) {
        Field field = fields.get(position);
        if (raw[position] == null || field.coercer().isAbsent(raw[position])) {
            raw[position] = value;
        } else if (!field.coercer().isAbsent(value) && !Objects.deepEquals(raw[position], value)) {
            findings.enter(field.name());
            field.misfit(Code.CONFLICT, "is in the record under two names with different values", value, findings);
            findings.leave();
        }
    }

    private void unknown(String name, Object value, Findings findings) {
        switch (unknownFields) {
            case RESCUE -> findings.rescue(name, value);
            case REJECT -> {
                findings.enter(name);
                findings.misfit(Code.UNKNOWN_FIELD, "is not a field of the schema", value);
                findings.leave();
            }
            case DROP -> {
                // Forgotten, as the definition asks.
            }
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
            if (sensitive) {
                findings.hide();
            }
            findings.misfit(code, message, raw);
            if (sensitive) {
                findings.reveal();
            }
        }
    }
}
