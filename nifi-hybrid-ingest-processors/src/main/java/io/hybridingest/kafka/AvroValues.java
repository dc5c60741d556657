package io.hybridingest.kafka;

import io.hybridingest.record.InstantReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Compiles schemas into {@link AvroValue}s. For one thread; what it makes serves all. */
final class AvroValues {
    /** Whole numbers below this one are doubles without loss. */
    private static final double EXACT = 1L << 53;

    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    private final InstantReader instants;
    private final Map<Schema, AvroValue[]> records = new IdentityHashMap<>();

    AvroValues(InstantReader instants) {
        this.instants = instants;
    }

    AvroValue of(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> AvroValues::writeNull;
            case BOOLEAN -> AvroValues::writeBoolean;
            case INT -> integer(schema, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> integer(schema, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> (value, out) -> out.writeFloat(number(value).floatValue());
            case DOUBLE -> (value, out) -> out.writeDouble(number(value).doubleValue());
            case STRING -> (value, out) -> out.writeString(text(value));
            case BYTES -> bytes(schema);
            case FIXED -> fixed(schema);
            case ENUM -> symbol(schema);
            case UNION -> union(schema);
            case RECORD -> record(schema);
            case ARRAY -> array(of(schema.getElementType()));
            case MAP -> map(of(schema.getValueType()));
        };
    }

    private static void writeNull(Object value, AvroBuffer out) throws MisfitException {
        if (value != null) {
            throw MisfitException.of(value, "null");
        }
    }

    private static void writeBoolean(Object value, AvroBuffer out) throws MisfitException {
        if (!(value instanceof Boolean flag)) {
            throw MisfitException.of(value, "true or false");
        }
        out.writeBoolean(flag);
    }

    private AvroValue integer(Schema schema, long least, long greatest) {
        return switch (schema.getLogicalType()) {
            case LogicalTypes.TimestampMicros micros -> (value, out) -> out.writeLong(micros(value));
            case LogicalTypes.TimestampMillis millis ->
                (value, out) -> out.writeLong(Math.floorDiv(micros(value), 1000L));
            case LogicalTypes.LocalTimestampMicros micros -> (value, out) -> out.writeLong(Times.localMicros(value));
            case LogicalTypes.LocalTimestampMillis millis ->
                (value, out) ->
                        out.writeLong(value instanceof Long n ? n : Math.floorDiv(Times.localMicros(value), 1000L));
            case LogicalTypes.Date date -> (value, out) -> out.writeLong(Times.day(value));
            case LogicalTypes.TimeMicros micros -> (value, out) -> out.writeLong(Times.microsOfDay(value));
            case LogicalTypes.TimeMillis millis -> (value, out) -> out.writeLong(Times.millisOfDay(value));
            case null, default -> (value, out) -> out.writeLong(whole(value, least, greatest));
        };
    }

    private long micros(Object value) throws MisfitException {
        OptionalLong micros = instants.epochMicros(value);
        if (micros.isEmpty()) {
            throw MisfitException.of(value, "a timestamp");
        }
        return micros.getAsLong();
    }

    private static long whole(Object value, long least, long greatest) throws MisfitException {
        long number =
                switch (value) {
                    case Long n -> n;
                    case Integer n -> n;
                    case Short n -> n;
                    case Byte n -> n;
                    case BigInteger n when n.bitLength() < Long.SIZE -> n.longValue();
                    case null, default -> throw MisfitException.of(value, "a whole number");
                };
        if (number < least || number > greatest) {
            throw MisfitException.of(value, "a whole number from " + least + " to " + greatest);
        }
        return number;
    }

    private static Number number(Object value) throws MisfitException {
        if (value instanceof Number number) {
            return number;
        }
        throw MisfitException.of(value, "a number");
    }

    private static String text(Object value) throws MisfitException {
        return switch (value) {
            case String text -> text;
            case CharSequence text -> text.toString();
            case UUID uuid -> uuid.toString();
            case null, default -> throw MisfitException.of(value, "text");
        };
    }

    private static AvroValue bytes(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            Digits digits = Digits.of(decimal);
            return (value, out) -> out.writeBytes(unscaled(value, digits).toByteArray());
        }
        return (value, out) -> out.writeBytes(raw(value));
    }

    private static AvroValue fixed(Schema schema) {
        int size = schema.getFixedSize();
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            Digits digits = Digits.of(decimal);
            return (value, out) -> {
                BigInteger unscaled = unscaled(value, digits);
                byte[] bytes = new byte[size];
                byte[] shortest = unscaled.toByteArray();
                Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
                System.arraycopy(shortest, 0, bytes, size - shortest.length, shortest.length);
                out.writeFixed(bytes);
            };
        }
        return (value, out) -> {
            byte[] bytes = raw(value);
            if (bytes.length != size) {
                throw MisfitException.of(value, size + " bytes");
            }
            out.writeFixed(bytes);
        };
    }

    private static BigInteger unscaled(Object value, Digits digits) throws MisfitException {
        BigInteger unscaled = value instanceof Double number
                ? ofDouble(number, digits.scale())
                : ofNumber(number(value), digits.scale());
        if (unscaled == null || unscaled.abs().compareTo(digits.bound()) >= 0) {
            throw MisfitException.of(
                    value, "a number of " + digits.precision() + " digits, " + digits.scale() + " after the point");
        }
        return unscaled;
    }

    /**
     * Readers of JSON give doubles. One that is the quotient of a whole number and a power of ten, both of which a double
     * holds exactly, stands for just that; the long way round by text says the same.
     */
    private static BigInteger ofDouble(Double number, int scale) {
        if (scale < POWERS.length) {
            double shifted = Math.rint(number * POWERS[scale]);
            if (Math.abs(shifted) < EXACT && shifted / POWERS[scale] == number) {
                return BigInteger.valueOf((long) shifted);
            }
        }
        return ofNumber(number, scale);
    }

    private static BigInteger ofNumber(Number number, int scale) {
        try {
            BigDecimal exact = number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
            return exact.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * How many digits a decimal has.
     *
     * @param bound the smallest whole number of more digits
     */
    private record Digits(int precision, int scale, BigInteger bound) {
        static Digits of(LogicalTypes.Decimal decimal) {
            return new Digits(decimal.getPrecision(), decimal.getScale(), BigInteger.TEN.pow(decimal.getPrecision()));
        }
    }

    /** Readers of text give bytes in Base64, as messages in JSON have them. */
    private static byte[] raw(Object value) throws MisfitException {
        return switch (value) {
            case byte[] bytes -> bytes;
            case ByteBuffer buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                yield bytes;
            }
            case Object[] boxed -> unboxed(boxed);
            case String base64 -> decoded(base64);
            case null, default -> throw MisfitException.of(value, "bytes");
        };
    }

    private static byte[] unboxed(Object[] boxed) throws MisfitException {
        byte[] bytes = new byte[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            if (!(boxed[i] instanceof Byte one)) {
                throw MisfitException.of(boxed, "bytes");
            }
            bytes[i] = one;
        }
        return bytes;
    }

    private static byte[] decoded(String base64) throws MisfitException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw MisfitException.of(base64, "bytes in Base64");
        }
    }

    private static AvroValue symbol(Schema schema) {
        return (value, out) -> {
            String text = value instanceof Enum<?> constant ? constant.name() : text(value);
            if (!schema.hasEnumSymbol(text)) {
                throw MisfitException.of(value, "one of " + schema.getEnumSymbols());
            }
            out.writeLong(schema.getEnumOrdinal(text));
        };
    }

    private AvroValue union(Schema schema) {
        AvroValue[] branches = schema.getTypes().stream().map(this::of).toArray(AvroValue[]::new);
        Integer nothing = schema.getIndexNamed("null");
        if (nothing != null && branches.length == 2) {
            return nullable(branches[1 - nothing], nothing);
        }
        return (value, out) -> {
            if (value == null && nothing != null) {
                out.writeLong(nothing);
            } else {
                writeFirstThatFits(value, branches, out);
            }
        };
    }

    private static AvroValue nullable(AvroValue something, int nothing) {
        return (value, out) -> {
            if (value == null) {
                out.writeLong(nothing);
            } else {
                out.writeLong(1 - nothing);
                something.write(value, out);
            }
        };
    }

    private static void writeFirstThatFits(Object value, AvroValue[] branches, AvroBuffer out) throws MisfitException {
        int before = out.length();
        for (int branch = 0; branch < branches.length; branch++) {
            try {
                out.writeLong(branch);
                branches[branch].write(value, out);
                return;
            } catch (MisfitException e) {
                out.cut(before);
            }
        }
        throw MisfitException.of(value, "of any type of the union");
    }

    /** A record may hold itself. */
    private AvroValue record(Schema schema) {
        AvroValue[] known = records.get(schema);
        if (known != null) {
            return (value, out) -> known[0].write(value, out);
        }
        AvroValue[] making = new AvroValue[1];
        records.put(schema, making);
        making[0] = AvroRow.of(schema, this);
        return making[0];
    }

    private static AvroValue array(AvroValue element) {
        return (value, out) -> {
            Collection<?> items =
                    switch (value) {
                        case Object[] array -> Arrays.asList(array);
                        case Collection<?> collection -> collection;
                        case null, default -> throw MisfitException.of(value, "an array");
                    };
            if (!items.isEmpty()) {
                out.writeLong(items.size());
                for (Object item : items) {
                    element.write(item, out);
                }
            }
            out.writeLong(0);
        };
    }

    private static AvroValue map(AvroValue entry) {
        return (value, out) -> {
            Map<?, ?> entries =
                    switch (value) {
                        case Map<?, ?> map -> map;
                        case org.apache.nifi.serialization.record.Record record -> record.toMap();
                        case null, default -> throw MisfitException.of(value, "a map");
                    };
            if (!entries.isEmpty()) {
                out.writeLong(entries.size());
                for (Map.Entry<?, ?> one : entries.entrySet()) {
                    out.writeString(one.getKey().toString());
                    entry.write(one.getValue(), out);
                }
            }
            out.writeLong(0);
        };
    }
}
