package io.hybridingest.kafka;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.record.InstantReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.nifi.serialization.record.Record;

/**
 * Writes what a record reader found as Avro binary of one record schema. Values have to fit the schema as they are; what
 * has to be renamed, filled in or converted is PreprocessRecord's work. Immutable; one instance serves all threads.
 */
final class AvroRow implements AvroValue {
    private final String[] names;
    private final AvroValue[] values;
    private final Map<String, Integer> positions;

    private AvroRow(List<Schema.Field> fields, AvroValues values) {
        this.names = fields.stream().map(Schema.Field::name).toArray(String[]::new);
        this.values = fields.stream().map(field -> values.of(field.schema())).toArray(AvroValue[]::new);
        this.positions = IntStream.range(0, names.length)
                .boxed()
                .collect(Collectors.toUnmodifiableMap(position -> names[position], position -> position));
    }

    /** @param normalise how text becomes a timestamp, beside ISO-8601 */
    static AvroRow of(Schema record, Prepare.Normalise normalise) {
        return of(record, new AvroValues(new InstantReader(normalise)));
    }

    static AvroRow of(Schema record, AvroValues values) {
        return new AvroRow(record.getFields(), values);
    }

    @Override
    public void write(Object value, AvroBuffer out) throws MisfitException {
        switch (value) {
            // Asking the record itself would look up each field in its schema first.
            case Record record -> writeFields(record.toMap(), out);
            case Map<?, ?> map -> writeFields(map, out);
            case null, default -> throw MisfitException.of(value, "a record");
        }
    }

    /** Position of each field, by name. */
    Map<String, Integer> positions() {
        return positions;
    }

    /** @param row one value for each field, in the order of the schema */
    void writeRow(Object[] row, AvroBuffer out) throws MisfitException {
        for (int i = 0; i < names.length; i++) {
            writeField(i, row[i], out);
        }
    }

    private void writeFields(Map<?, ?> record, AvroBuffer out) throws MisfitException {
        for (int i = 0; i < names.length; i++) {
            writeField(i, record.get(names[i]), out);
        }
    }

    private void writeField(int i, Object value, AvroBuffer out) throws MisfitException {
        try {
            values[i].write(value, out);
        } catch (MisfitException e) {
            throw e.in(names[i]);
        }
    }
}
