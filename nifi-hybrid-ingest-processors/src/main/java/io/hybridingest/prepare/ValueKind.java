package io.hybridingest.prepare;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.nifi.serialization.record.Record;

/** Tells whether a value is of a type as it came, with nothing to be converted. Stateless. */
final class ValueKind {
    private ValueKind() {}

    /** Whether readers give values of the type in objects like this one. */
    static boolean isOf(Schema type, Object raw) {
        LogicalType logical = type.getLogicalType();
        return switch (logical) {
            case LogicalTypes.Decimal ignored -> raw instanceof BigDecimal;
            case LogicalTypes.Uuid ignored -> raw instanceof UUID;
            case LogicalTypes.Date ignored -> raw instanceof java.sql.Date || raw instanceof LocalDate;
            case LogicalTypes.TimeMillis ignored -> raw instanceof java.sql.Time || raw instanceof LocalTime;
            case LogicalTypes.TimeMicros ignored -> raw instanceof java.sql.Time || raw instanceof LocalTime;
            case LogicalTypes.TimestampMillis ignored -> isInstant(raw);
            case LogicalTypes.TimestampMicros ignored -> isInstant(raw);
            case LogicalTypes.LocalTimestampMillis ignored -> raw instanceof LocalDateTime;
            case LogicalTypes.LocalTimestampMicros ignored -> raw instanceof LocalDateTime;
            case null, default -> isOfPlain(type, raw);
        };
    }

    private static boolean isOfPlain(Schema type, Object raw) {
        return switch (type.getType()) {
            case STRING -> raw instanceof CharSequence;
            case INT -> raw instanceof Integer || raw instanceof Short || raw instanceof Byte;
            case LONG -> raw instanceof Long || raw instanceof Integer || raw instanceof Short || raw instanceof Byte;
            case FLOAT -> raw instanceof Float;
            case DOUBLE -> raw instanceof Double || raw instanceof Float;
            case BOOLEAN -> raw instanceof Boolean;
            case BYTES -> raw instanceof byte[] || raw instanceof ByteBuffer;
            case FIXED -> raw instanceof GenericFixed;
            case ENUM -> raw instanceof Enum<?>;
            case ARRAY -> raw instanceof Object[] || raw instanceof Collection<?>;
            case MAP, RECORD -> raw instanceof Map<?, ?> || raw instanceof Record;
            case NULL, UNION -> false;
        };
    }

    private static boolean isInstant(Object raw) {
        return raw instanceof java.sql.Timestamp
                || raw instanceof Instant
                || raw instanceof OffsetDateTime
                || raw instanceof ZonedDateTime;
    }
}
