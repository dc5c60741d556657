package io.hybridingest.record;

import io.hybridingest.pipeline.FieldPath;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.nifi.serialization.record.RecordSchema;

/** Where the records of one schema keep their event time, worked out once. Immutable and safe to share between threads. */
final class SliceLayout {
    private static final long MICROS_PER_MILLI = 1_000L;

    private final Schema schema;
    private final Level outermost;
    private final long microsPerUnit;
    private volatile RecordSchema recordSchema;

    /** @throws UnreadableContentException where the schema has no such timestamp */
    SliceLayout(Schema schema, String eventTimeField) throws UnreadableContentException {
        this.schema = schema;
        FieldPath path = FieldPath.find(schema, eventTimeField)
                .orElseThrow(() -> new UnreadableContentException(
                        "the container's schema has no field " + eventTimeField + ", the pipeline's event time"));
        microsPerUnit = microsPerUnit(path);
        outermost = level(schema, path.steps());
    }

    Schema schema() {
        return schema;
    }

    /** The schema as NiFi sees it. */
    RecordSchema recordSchema() {
        RecordSchema known = recordSchema;
        if (known == null) {
            known = AvroRecords.recordSchema(schema);
            recordSchema = known;
        }
        return known;
    }

    /**
     * Steps over one record.
     *
     * @return its event time in microseconds since the epoch, empty where that is null
     * @throws RuntimeException where the bytes are no such record
     */
    OptionalLong read(AvroCursor cursor) {
        return read(cursor, outermost);
    }

    private OptionalLong read(AvroCursor cursor, Level level) {
        level.before.run(cursor);
        OptionalLong value;
        if (level.nullBranch != Level.NEVER_NULL && cursor.readIndex(2) == level.nullBranch) {
            value = OptionalLong.empty();
        } else if (level.inner != null) {
            value = read(cursor, level.inner);
        } else {
            value = OptionalLong.of(Math.multiplyExact(cursor.readLong(), microsPerUnit));
        }
        level.after.run(cursor);
        return value;
    }

    private static Level level(Schema record, List<Schema.Field> path) {
        Schema.Field field = path.getFirst();
        List<Schema> types =
                record.getFields().stream().map(Schema.Field::schema).toList();
        Schema inner = FieldPath.withoutNull(field.schema());
        return new Level(
                SkipProgram.of(types.subList(0, field.pos())),
                nullBranch(field.schema()),
                path.size() == 1 ? null : level(inner, path.subList(1, path.size())),
                SkipProgram.of(types.subList(field.pos() + 1, types.size())));
    }

    /** FieldPath finds nothing in a union of more than null and one type. */
    private static int nullBranch(Schema declared) {
        return declared.getType() == Schema.Type.UNION ? declared.getIndexNamed("null") : Level.NEVER_NULL;
    }

    private static long microsPerUnit(FieldPath path) throws UnreadableContentException {
        LogicalType type = path.type().getLogicalType();
        return switch (type) {
            case LogicalTypes.TimestampMicros ignored -> 1;
            case LogicalTypes.TimestampMillis ignored -> MICROS_PER_MILLI;
            case null, default ->
                throw new UnreadableContentException("the event time " + path.path()
                        + " is not a timestamp in the container's schema: give it the logical type timestamp-micros or"
                        + " timestamp-millis");
        };
    }

    /**
     * One record on the way to the event time.
     *
     * @param nullBranch index of null in the field's union
     * @param inner the record in the field, null where the field is the event time
     */
    private record Level(SkipProgram before, int nullBranch, Level inner, SkipProgram after) {
        static final int NEVER_NULL = -1;
    }
}
