package io.hybridingest.pipeline;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Computes the identity that makes "once" possible: the same record has the same id, wherever and whenever it is read.
 *
 * <p>An id is the first 16 bytes of a SHA-256, in 32 lower-case hex digits. What is hashed is a canonical text that any
 * language can write. Every value becomes {@code <tag><length>:<payload>}, where {@code length} is the number of bytes of
 * the payload in decimal digits:
 *
 * <table>
 * <caption>Encoding of values</caption>
 * <tr><th>value</th><th>tag</th><th>payload</th></tr>
 * <tr><td>null</td><td>{@code z}</td><td>nothing</td></tr>
 * <tr><td>text (any {@link CharSequence})</td><td>{@code s}</td><td>UTF-8</td></tr>
 * <tr><td>boolean</td><td>{@code b}</td><td>{@code true} or {@code false}</td></tr>
 * <tr><td>whole number of any width</td><td>{@code i}</td><td>decimal digits, {@code -} before negative ones</td></tr>
 * <tr><td>float, double</td><td>{@code d}</td><td>the IEEE 754 bits of the value as a double, 16 lower-case hex digits;
 *     -0.0 as 0.0, one NaN</td></tr>
 * <tr><td>{@link BigDecimal}</td><td>{@code n}</td><td>{@code <unscaled>e<exponent>} without trailing zeros: 1.50 is
 *     {@code 15e-1}, 100 is {@code 1e2}, 0.00 is {@code 0e0}</td></tr>
 * <tr><td>bytes</td><td>{@code x}</td><td>the bytes</td></tr>
 * <tr><td>{@link Instant}</td><td>{@code t}</td><td>whole microseconds since 1970-01-01T00:00:00Z, rounded down, in
 *     decimal digits</td></tr>
 * <tr><td>{@link LocalDate}</td><td>{@code a}</td><td>ISO-8601, such as {@code 2024-01-31}</td></tr>
 * <tr><td>list</td><td>{@code l}</td><td>the encoded elements, one after the other</td></tr>
 * <tr><td>map</td><td>{@code m}</td><td>per entry the encoded key (as text) and the encoded value, in the order of the
 *     keys' UTF-8 bytes</td></tr>
 * </table>
 *
 * <p>{@link #ofValues} hashes the values as one list: {@code ["AA", 42]} is {@code l10:s2:AAi2:42}. {@link #ofPosition}
 * hashes a list of its own tag, {@code p}, so that no values can be mistaken for a position. {@link #ofContent} hashes
 * the content as it is, so that {@code sha256sum} finds the same digits.
 *
 * <p>The encoding never changes: an id is compared with the ids of years of rows.
 */
public final class IngestId {
    private static final int ID_BYTES = 16;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private IngestId() {}

    /**
     * Identity of a record from the values of its identity fields.
     *
     * @param values the values in the order of the definition; null, String (or another CharSequence), Boolean, Integer,
     *     Long (or Byte, Short, BigInteger), Float, Double, BigDecimal, byte[] (or ByteBuffer, left as it was), Instant,
     *     LocalDate, List, Map with keys of text
     * @return 32 lower-case hex digits
     * @throws IllegalArgumentException where a value is of another type
     * @throws ArithmeticException where an Instant does not fit microseconds in 64 bits
     */
    public static String ofValues(List<?> values) {
        return hash(encode(values));
    }

    /**
     * Identity of a record that has none of its own.
     *
     * @param flowFile identifier of the FlowFile
     * @param index index of the record in it, from 0
     */
    public static String ofPosition(String flowFile, long index) {
        return hash(tagged('p', elements(List.of(flowFile, index))));
    }

    /** Identity of content that could not be read as a record: its hash. */
    public static String ofContent(byte[] content) {
        return hash(content);
    }

    /** The canonical bytes of the values, as they are hashed. */
    static byte[] encode(List<?> values) {
        return tagged('l', elements(values));
    }

    private static byte[] encodeValue(Object value) {
        if (value == null) {
            return tagged('z', "");
        } else if (value instanceof CharSequence text) {
            return tagged('s', text.toString());
        } else if (value instanceof Boolean truth) {
            return tagged('b', truth.toString());
        } else if (value instanceof Number number) {
            return encodeNumber(number);
        } else if (value instanceof byte[] bytes) {
            return tagged('x', bytes);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return tagged('x', bytes);
        } else if (value instanceof Instant instant) {
            return tagged('t', Long.toString(micros(instant)));
        } else if (value instanceof LocalDate date) {
            return tagged('a', date.toString());
        } else if (value instanceof List<?> list) {
            return encode(list);
        } else if (value instanceof Map<?, ?> map) {
            return tagged('m', entries(map));
        }
        throw unsupported(value);
    }

    private static byte[] encodeNumber(Number number) {
        if (number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger) {
            return tagged('i', number.toString());
        } else if (number instanceof Double || number instanceof Float) {
            double positiveZero = number.doubleValue() + 0.0;
            return tagged('d', HexFormat.of().toHexDigits(Double.doubleToLongBits(positiveZero)));
        } else if (number instanceof BigDecimal decimal) {
            BigDecimal stripped = decimal.stripTrailingZeros();
            return tagged('n', stripped.unscaledValue() + "e" + -(long) stripped.scale());
        }
        throw unsupported(number);
    }

    private static IllegalArgumentException unsupported(Object value) {
        return new IllegalArgumentException(
                "A value of " + value.getClass().getName() + " cannot be part of an identity; convert it first");
    }

    private static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / NANOS_PER_MICRO);
    }

    private static byte[] elements(List<?> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        values.forEach(value -> out.writeBytes(encodeValue(value)));
        return out.toByteArray();
    }

    private static byte[] entries(Map<?, ?> map) {
        Map<byte[], Object> sorted = new TreeMap<>(Arrays::compareUnsigned);
        map.forEach((key, value) -> sorted.put(key.toString().getBytes(StandardCharsets.UTF_8), value));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sorted.forEach((key, value) -> {
            out.writeBytes(tagged('s', key));
            out.writeBytes(encodeValue(value));
        });
        return out.toByteArray();
    }

    private static byte[] tagged(char tag, String payload) {
        return tagged(tag, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] tagged(char tag, byte[] payload) {
        byte[] head = (tag + Integer.toString(payload.length) + ":").getBytes(StandardCharsets.US_ASCII);
        byte[] encoded = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, encoded, head.length, payload.length);
        return encoded;
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
