package io.hybridingest.kafka;

import io.hybridingest.pipeline.FieldPath;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.AvroCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
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
    private final boolean[] decisive;

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
        this.decisive = new boolean[wire.getFields().size()];
        decisive[outermost(this.ingestId)] = true;
        decisive[outermost(this.eventTime)] = true;
        if (this.partitionField != null) {
            decisive[outermost(this.partitionField)] = true;
        }
    }

    Schema wire() {
        return wire;
    }

    /**
     * Cuts out the record at the cursor and moves the cursor behind it.
     *
     * @param index index of the record in its FlowFile, from 0
     * @throws org.apache.avro.AvroRuntimeException where the bytes are no record of the schema
     */
    PreparedRecord slice(AvroCursor cursor, long index) {
        int start = cursor.position();
        Found found = new Found();
        for (Schema.Field field : wire.getFields()) {
            if (!decisive[field.pos()]) {
                cursor.skip(field.schema());
                continue;
            }
            int fieldStart = cursor.position();
            cursor.skip(field.schema());
            int fieldEnd = cursor.position();
            visit(cursor, field, fieldStart, fieldEnd, found);
        }
        return new PreparedRecord(
                index,
                cursor.data(),
                start,
                cursor.position() - start,
                found.ingestId,
                found.eventTimeMillis,
                found.partitionKey);
    }

    private void visit(AvroCursor cursor, Schema.Field field, int start, int end, Found found) {
        AvroCursor inner = found.inner;
        if (field.pos() == outermost(ingestId)) {
            inner.reset(cursor.data(), start, end - start);
            found.ingestId = text(inner);
        }
        if (field.pos() == outermost(eventTime)) {
            inner.reset(cursor.data(), start, end - start);
            Schema schema = descend(inner, field.schema(), eventTime, 1);
            found.eventTimeMillis = schema == null ? OptionalLong.empty() : OptionalLong.of(millis(inner.readLong()));
        }
        if (partitionField != null && field.pos() == outermost(partitionField)) {
            inner.reset(cursor.data(), start, end - start);
            Schema schema = descend(inner, field.schema(), partitionField, 1);
            found.partitionKey = schema == null ? null : keyOf(inner, schema);
        }
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

    private long millis(long value) {
        return eventTimeInMicros ? Math.floorDiv(value, 1000L) : value;
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

    /** What one pass over a record has found so far. */
    private static final class Found {
        private final AvroCursor inner = new AvroCursor();
        private byte[] ingestId = new byte[0];
        private OptionalLong eventTimeMillis = OptionalLong.empty();
        private byte[] partitionKey;
    }
}
