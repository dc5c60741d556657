package io.hybridingest.record;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * Writes the records of one schema in Avro binary, the same bytes as Avro's {@code GenericDatumWriter}. That one asks at every value which
 * schema, logical type and branch it has; here it is worked out once. Immutable and safe to share between threads.
 */
final class RecordEncoder {
    private final Step root;

    private RecordEncoder(Step root) {
        this.root = root;
    }

    /** The encoder of a record schema, which may hold itself. */
    static RecordEncoder of(Schema record) {
        return new RecordEncoder(new Compiler().step(record));
    }

    /**
     * Appends a record.
     *
     * @throws ClassCastException where a value is not of its field's type
     * @throws NullPointerException where a value is null and its field cannot be
     */
    void encode(IndexedRecord record, AvroBytes out) {
        root.write(record, out);
    }

    /** Writes one value of one schema. */
    private interface Step {
        void write(Object value, AvroBytes out);
    }

    private static final class Compiler {
        private final Map<String, RecordStep> records = new HashMap<>();

        Step step(Schema schema) {
            return switch (schema.getType()) {
                case NULL -> (value, out) -> {};
                case BOOLEAN -> (value, out) -> out.writeBoolean((Boolean) value);
                case INT -> (value, out) -> out.writeLong((Integer) value);
                case LONG -> (value, out) -> out.writeLong((Long) value);
                case FLOAT -> (value, out) -> out.writeFloat((Float) value);
                case DOUBLE -> (value, out) -> out.writeDouble((Double) value);
                case STRING -> (value, out) -> out.writeText((CharSequence) value);
                case BYTES -> (value, out) -> out.writeSized((ByteBuffer) value);
                case FIXED -> (value, out) -> out.writeFixed(((GenericFixed) value).bytes());
                case ENUM -> (value, out) -> out.writeLong(schema.getEnumOrdinal(value.toString()));
                case ARRAY -> items(step(schema.getElementType()));
                case MAP -> entries(step(schema.getValueType()));
                case UNION -> union(schema);
                case RECORD -> record(schema);
            };
        }

        private Step record(Schema schema) {
            RecordStep known = records.get(schema.getFullName());
            if (known != null) {
                return known;
            }
            RecordStep step = new RecordStep();
            records.put(schema.getFullName(), step);
            step.fields = schema.getFields().stream()
                    .map(field -> step(field.schema()))
                    .toArray(Step[]::new);
            return step;
        }

        private Step union(Schema schema) {
            Step[] branches = schema.getTypes().stream().map(this::step).toArray(Step[]::new);
            if (branches.length != 2 || !schema.isNullable()) {
                return (value, out) -> write(GenericData.get().resolveUnion(schema, value), branches, value, out);
            }
            int absent = schema.getIndexNamed(Schema.Type.NULL.getName());
            Step present = branches[1 - absent];
            return (value, out) -> {
                if (value == null) {
                    out.writeLong(absent);
                } else {
                    out.writeLong(1 - absent);
                    present.write(value, out);
                }
            };
        }

        private static void write(int branch, Step[] branches, Object value, AvroBytes out) {
            out.writeLong(branch);
            branches[branch].write(value, out);
        }

        private static Step items(Step item) {
            return (value, out) -> {
                Collection<?> items = (Collection<?>) value;
                if (!items.isEmpty()) {
                    out.writeLong(items.size());
                    items.forEach(each -> item.write(each, out));
                }
                out.writeLong(0);
            };
        }

        private static Step entries(Step entryValue) {
            return (value, out) -> {
                Map<?, ?> entries = (Map<?, ?>) value;
                if (!entries.isEmpty()) {
                    out.writeLong(entries.size());
                    entries.forEach((key, each) -> {
                        out.writeText(key.toString());
                        entryValue.write(each, out);
                    });
                }
                out.writeLong(0);
            };
        }
    }

    private static final class RecordStep implements Step {
        private Step[] fields;

        @Override
        public void write(Object value, AvroBytes out) {
            IndexedRecord record = (IndexedRecord) value;
            for (int i = 0; i < fields.length; i++) {
                fields[i].write(record.get(i), out);
            }
        }
    }
}
