package io.hybridingest.prepare;

import io.hybridingest.pipeline.Prepare;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Coercion to whatever is neither record, array, map nor union, as a pipeline writes it. Immutable and safe to share between threads. */
final class ScalarCoercers {
    private final NumberCoercers numbers;
    private final FloatCoercers floats;
    private final TimeCoercers times;

    /** @throws IllegalArgumentException where the marks in numbers contradict each other */
    ScalarCoercers(Prepare.Normalise normalise) {
        NumberReader reader = new NumberReader(normalise);
        numbers = new NumberCoercers(reader);
        floats = new FloatCoercers(reader, numbers);
        times = new TimeCoercers(normalise);
    }

    Coercer of(Schema schema) {
        LogicalType logical = schema.getLogicalType();
        return switch (logical) {
            case LogicalTypes.Decimal ignored -> numbers.decimal(schema);
            case LogicalTypes.TimestampMicros ignored -> times::toTimestampMicros;
            case LogicalTypes.TimestampMillis ignored -> times::toTimestampMillis;
            case LogicalTypes.LocalTimestampMicros ignored -> times::toLocalMicros;
            case LogicalTypes.LocalTimestampMillis ignored -> times::toLocalMillis;
            case LogicalTypes.Date ignored -> times::toDate;
            case LogicalTypes.TimeMillis ignored -> times::toTimeMillis;
            case LogicalTypes.TimeMicros ignored -> times::toTimeMicros;
            case LogicalTypes.Uuid ignored ->
                schema.getType() == Schema.Type.FIXED
                        ? TextCoercers.uuidFixed(schema)
                        : (Coercer) TextCoercers::toUuidText;
            case null, default -> plain(schema);
        };
    }

    private Coercer plain(Schema schema) {
        return switch (schema.getType()) {
            case INT -> numbers::toInt;
            case LONG -> numbers::toLong;
            case FLOAT -> floats::toFloat;
            case DOUBLE -> floats::toDouble;
            case BOOLEAN -> TextCoercers::toBoolean;
            case STRING -> new EmptyTextTaking(TextCoercers::toText);
            case BYTES -> new EmptyTextTaking(TextCoercers::toBytes);
            case FIXED -> TextCoercers.fixed(schema);
            case ENUM -> TextCoercers.symbol(schema);
            case NULL -> new NullOnly();
            case RECORD, ARRAY, MAP, UNION -> throw new IllegalStateException("Not a scalar: " + schema);
        };
    }

    private record EmptyTextTaking(Coercer coercer) implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            return coercer.coerce(raw, findings);
        }

        @Override
        public boolean takesEmptyText() {
            return true;
        }
    }

    private record NullOnly() implements Coercer {
        @Override
        public Object coerce(Object raw, Findings findings) {
            return findings.misfit(Code.WRONG_TYPE, "is not null", raw);
        }

        @Override
        public boolean takesNull() {
            return true;
        }
    }
}
