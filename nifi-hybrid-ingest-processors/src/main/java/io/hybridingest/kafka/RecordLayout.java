package io.hybridingest.kafka;

import io.hybridingest.pipeline.FieldPath;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.AvroCursor;
import io.hybridingest.record.SkipProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Where a prepared record keeps what a Kafka message needs besides the record itself: identity, event time and, where
 * partitioning asks for it, one more field. Finds them in the record's bytes without decoding the others. Immutable;
 * one instance serves all threads.
 */
final class RecordLayout {
    private final Schema wire;
    private final FieldPath ingestId;
    private final FieldPath eventTime;
    private final FieldPath partitionField;
    private final boolean eventTimeInMicros;
    private final int[] decisive;
    private final SkipProgram[] before;
    private final SkipProgram[] over;

    /**
     * @param wire schema of a prepared record
     * @param eventTime path of a timestamp field
     * @param partitionField path of the field whose value becomes the key, null where none is asked for
     * @throws IllegalArgumentException where the schema lacks one of the fields
     */
    RecordLayout(Schema wire, String eventTime, String partitionField) {
        this.wire = wire;
        this.ingestId = find(wire, SystemFields.INGEST_ID);
        this.eventTime = find(wire, eventTime);
        this.eventTimeInMicros = isMicros(this.eventTime);
        this.partitionField = partitionField == null ? null : find(wire, partitionField);
        SortedSet<Integer> positions = new TreeSet<>(List.of(outermost(this.ingestId), outermost(this.eventTime)));
        if (this.partitionField != null) {
            positions.add(outermost(this.partitionField));
        }
        this.decisive = positions.stream().mapToInt(Integer::intValue).toArray();
        List<Schema> types = wire.getFields().stream().map(Schema.Field::schema).toList();
        List<SkipProgram> between = new ArrayList<>();
        int from = 0;
        for (int position : decisive) {
            between.add(SkipProgram.of(types.subList(from, position)));
            from = position + 1;
        }
        between.add(SkipProgram.of(types.subList(from, types.size())));
        this.before = between.toArray(SkipProgram[]::new);
        this.over = Arrays.stream(decisive)
                .mapToObj(position -> SkipProgram.of(List.of(types.get(position))))
                .toArray(SkipProgram[]::new);
    }

    Schema wire() {
        return wire;
    }

    /** Path of the event time. */
    FieldPath eventTime() {
        return eventTime;
    }

    /** Path of the field that gives the key, null where none does. */
    FieldPath partitionField() {
        return partitionField;
    }

    /** An event time as the wire has it, in milliseconds. */
    long millis(long value) {
        return eventTimeInMicros ? Math.floorDiv(value, 1000L) : value;
    }

    /**
     * Cuts out the record at the cursor and moves the cursor behind it.
     *
     * @param inner is moved about
     * @param index index of the record in its FlowFile, from 0
     * @throws org.apache.avro.AvroRuntimeException where the bytes are no record of the schema
     */
    PreparedRecord slice(AvroCursor cursor, AvroCursor inner, long index) {
        int start = cursor.position();
        byte[] id = null;
        Long time = null;
        byte[] key = null;
        for (int i = 0; i < decisive.length; i++) {
            before[i].run(cursor);
            int fieldStart = cursor.position();
            over[i].run(cursor);
            int length = cursor.position() - fieldStart;
            if (decisive[i] == outermost(ingestId)) {
                inner.reset(cursor.data(), fieldStart, length);
                id = text(inner);
            }
            if (decisive[i] == outermost(eventTime)) {
                inner.reset(cursor.data(), fieldStart, length);
                time = eventTime(inner);
            }
            if (partitionField != null && decisive[i] == outermost(partitionField)) {
                inner.reset(cursor.data(), fieldStart, length);
                key = key(inner);
            }
        }
        before[decisive.length].run(cursor);
        int length = cursor.position() - start;
        return new PreparedRecord(index, PreparedRecord.Form.AVRO, cursor.data(), start, length, id, time, key);
    }

    private Long eventTime(AvroCursor cursor) {
        Schema schema = descend(cursor, eventTime.steps().getFirst().schema(), eventTime, 1);
        return schema == null ? null : millis(cursor.readLong());
    }

    private byte[] key(AvroCursor cursor) {
        Schema schema = descend(cursor, partitionField.steps().getFirst().schema(), partitionField, 1);
        return schema == null ? null : keyOf(cursor, schema);
    }

    /** Moves the cursor to the field's value and returns its schema, or null where the value or one around it is null. */
    private static Schema descend(AvroCursor cursor, Schema schema, FieldPath path, int depth) {
        Schema actual = schema.getType() == Schema.Type.UNION ? cursor.readBranch(schema) : schema;
        if (actual.getType() == Schema.Type.NULL) {
            return null;
        }
        if (depth == path.steps().size()) {
            return actual;
        }
        Schema.Field wanted = path.steps().get(depth);
        for (Schema.Field field : actual.getFields().subList(0, wanted.pos())) {
            cursor.skip(field.schema());
        }
        return descend(cursor, wanted.schema(), path, depth + 1);
    }

    private static byte[] keyOf(AvroCursor cursor, Schema schema) {
        if (schema.getLogicalType() == null) {
            switch (schema.getType()) {
                case STRING -> {
                    return text(cursor);
                }
                case INT, LONG -> {
                    return Long.toString(cursor.readLong()).getBytes(StandardCharsets.UTF_8);
                }
                default -> {}
            }
        }
        try {
            BinaryDecoder decoder =
                    DecoderFactory.get().binaryDecoder(cursor.data(), cursor.position(), cursor.remaining(), null);
            Object value = new GenericDatumReader<>(schema).read(null, decoder);
            return PlainJson.text(schema, value).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] text(AvroCursor cursor) {
        int length = cursor.readLength();
        return Arrays.copyOfRange(cursor.data(), cursor.position(), cursor.position() + length);
    }

    private static int outermost(FieldPath path) {
        return path.steps().getFirst().pos();
    }

    private static FieldPath find(Schema wire, String path) {
        return FieldPath.find(wire, path)
                .orElseThrow(() -> new IllegalArgumentException("'" + path + "' is no field of " + wire.getName()
                        + ": name one of its fields, and of the records in it, from the outside in"));
    }

    private static boolean isMicros(FieldPath eventTime) {
        LogicalType type = eventTime.type().getLogicalType();
        if (type instanceof LogicalTypes.TimestampMicros) {
            return true;
        }
        if (type instanceof LogicalTypes.TimestampMillis) {
            return false;
        }
        throw new IllegalArgumentException("The event time '" + eventTime.path()
                + "' is no timestamp: give the field the logical type timestamp-micros or timestamp-millis");
    }
}
