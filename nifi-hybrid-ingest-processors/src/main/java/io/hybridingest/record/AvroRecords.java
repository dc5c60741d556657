package io.hybridingest.record;

import io.hybridingest.pipeline.FieldPath;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.DataType;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;

/** Avro records and schemas as NiFi sees them. Stateless. */
public final class AvroRecords {
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private AvroRecords() {}

    /** The NiFi schema of an Avro record schema. */
    public static RecordSchema recordSchema(Schema schema) {
        List<RecordField> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            boolean nullable = field.schema().isNullable();
            fields.add(new RecordField(field.name(), dataType(field.schema()), nullable));
        }
        return new SimpleRecordSchema(fields);
    }

    /**
     * An Avro record as a NiFi record.
     *
     * @param schema {@link #recordSchema} of the record's schema
     */
    public static Record record(IndexedRecord record, RecordSchema schema) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            values.put(field.name(), value(record.get(field.pos()), field.schema()));
        }
        return new MapRecord(schema, values);
    }

    /**
     * What an Avro value means: a {@link BigDecimal}, {@link Instant}, {@link LocalDate}, {@link LocalTime} or
     * {@link LocalDateTime} where its logical type says so, else the value itself.
     */
    public static Object readable(Object value, Schema declared) {
        Schema schema = branch(value, declared);
        LogicalType logical = schema.getLogicalType();
        return switch (logical) {
            case LogicalTypes.Decimal decimal
            when value != null -> new BigDecimal(new BigInteger(bytes(value)), decimal.getScale());
            case LogicalTypes.TimestampMicros ignored when value instanceof Long micros -> instant(micros);
            case LogicalTypes.TimestampMillis ignored when value instanceof Long millis -> Instant.ofEpochMilli(millis);
            case LogicalTypes.LocalTimestampMicros ignored
            when value instanceof Long micros -> LocalDateTime.ofInstant(instant(micros), ZoneOffset.UTC);
            case LogicalTypes.LocalTimestampMillis ignored
            when value instanceof Long millis -> LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
            case LogicalTypes.Date ignored when value instanceof Integer day -> LocalDate.ofEpochDay(day);
            case LogicalTypes.TimeMillis ignored
            when value instanceof Integer millis -> LocalTime.MIDNIGHT.plus(millis, ChronoUnit.MILLIS);
            case LogicalTypes.TimeMicros ignored
            when value instanceof Long micros -> LocalTime.MIDNIGHT.plus(micros, ChronoUnit.MICROS);
            case null, default -> value;
        };
    }

    /** The value at a path, as Avro has it; null where it or a record around it is null. */
    public static Object valueAt(IndexedRecord record, FieldPath path) {
        Object at = record;
        for (Schema.Field field : path.steps()) {
            if (!(at instanceof IndexedRecord parent)) {
                return null;
            }
            at = parent.get(field.pos());
        }
        return at;
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
    }

    private static Object value(Object raw, Schema declared) {
        Schema schema = branch(raw, declared);
        return switch (readable(raw, schema)) {
            case null -> null;
            case IndexedRecord record -> record(record, recordSchema(record.getSchema()));
            case java.util.Collection<?> items ->
                items.stream().map(item -> value(item, schema.getElementType())).toArray();
            case Map<?, ?> map -> mapValue(map, schema.getValueType());
            case Instant instant -> Timestamp.from(instant);
            case LocalDateTime dateTime -> Timestamp.valueOf(dateTime);
            case LocalDate date -> java.sql.Date.valueOf(date);
            case LocalTime time -> sqlTime(time);
            case BigDecimal decimal -> decimal;
            case ByteBuffer bytes -> boxed(bytes(bytes));
            case GenericFixed fixed -> boxed(fixed.bytes());
            case CharSequence text -> text.toString();
            case GenericData.EnumSymbol symbol -> symbol.toString();
            case Object other -> other;
        };
    }

    /** To the millisecond, the finest that NiFi's times are; {@code Time.valueOf} forgets everything below the second. */
    private static java.sql.Time sqlTime(LocalTime time) {
        return new java.sql.Time(java.sql.Time.valueOf(time).getTime() + time.getNano() / NANOS_PER_MILLI);
    }

    private static Map<String, Object> mapValue(Map<?, ?> map, Schema valueType) {
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, value) -> values.put(key.toString(), value(value, valueType)));
        return values;
    }

    /** The schema that a value has: of a union, the branch it belongs to. */
    public static Schema branch(Object value, Schema declared) {
        return declared.getType() == Schema.Type.UNION
                ? declared.getTypes().get(GenericData.get().resolveUnion(declared, value))
                : declared;
    }

    private static DataType dataType(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        return switch (logical) {
            case LogicalTypes.Decimal decimal ->
                RecordFieldType.DECIMAL.getDecimalDataType(decimal.getPrecision(), decimal.getScale());
            case LogicalTypes.TimestampMicros ignored -> RecordFieldType.TIMESTAMP.getDataType();
            case LogicalTypes.TimestampMillis ignored -> RecordFieldType.TIMESTAMP.getDataType();
            case LogicalTypes.LocalTimestampMicros ignored -> RecordFieldType.TIMESTAMP.getDataType();
            case LogicalTypes.LocalTimestampMillis ignored -> RecordFieldType.TIMESTAMP.getDataType();
            case LogicalTypes.Date ignored -> RecordFieldType.DATE.getDataType();
            case LogicalTypes.TimeMillis ignored -> RecordFieldType.TIME.getDataType();
            case LogicalTypes.TimeMicros ignored -> RecordFieldType.TIME.getDataType();
            case null, default -> plainDataType(schema);
        };
    }

    private static DataType plainDataType(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> RecordFieldType.RECORD.getRecordDataType(recordSchema(schema));
            case ARRAY -> RecordFieldType.ARRAY.getArrayDataType(dataType(schema.getElementType()));
            case MAP -> RecordFieldType.MAP.getMapDataType(dataType(schema.getValueType()));
            case UNION -> unionDataType(schema);
            case ENUM -> RecordFieldType.ENUM.getEnumDataType(schema.getEnumSymbols());
            case BYTES, FIXED -> RecordFieldType.ARRAY.getArrayDataType(RecordFieldType.BYTE.getDataType());
            case INT -> RecordFieldType.INT.getDataType();
            case LONG -> RecordFieldType.LONG.getDataType();
            case FLOAT -> RecordFieldType.FLOAT.getDataType();
            case DOUBLE -> RecordFieldType.DOUBLE.getDataType();
            case BOOLEAN -> RecordFieldType.BOOLEAN.getDataType();
            case STRING, NULL -> RecordFieldType.STRING.getDataType();
        };
    }

    private static DataType unionDataType(Schema union) {
        List<DataType> branches = union.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .map(AvroRecords::dataType)
                .toList();
        return branches.size() == 1 ? branches.getFirst() : RecordFieldType.CHOICE.getChoiceDataType(branches);
    }

    private static byte[] bytes(Object value) {
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static Object[] boxed(byte[] bytes) {
        Object[] boxed = new Object[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return boxed;
    }
}
