package io.hybridingest.pipeline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;

/**
 * Writes the canonical bytes of values, as {@link IngestId} describes them. They are written from their end to their
 * beginning: the length that stands before a payload is known once the payload is there. For one thread, and one text.
 */
final class IdentityBytes {
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final int LONG_DIGITS = 18;
    private static final int INT_DIGITS = 9;
    private static final int INT_DIGITS_BOUND = 1_000_000_000;
    private static final int LONGEST_HEAD = 12;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int start;

    /** @param bytes where to write, as long as there is room; grown where there is not */
    IdentityBytes(byte[] bytes) {
        this.bytes = bytes;
        this.start = bytes.length;
    }

    /** Holds what was written, from {@link #start} to its end. */
    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    void list(char tag, List<?> values) {
        int end = written();
        for (ListIterator<?> before = values.listIterator(values.size()); before.hasPrevious(); ) {
            value(before.previous());
        }
        head(tag, end);
    }

    private void value(Object value) {
        int end = written();
        if (value == null) {
            head('z', end);
        } else if (value instanceof CharSequence text) {
            utf8(text.toString());
            head('s', end);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Boolean truth) {
            utf8(truth.toString());
            head('b', end);
        } else if (value instanceof Instant instant) {
            digits(micros(instant));
            head('t', end);
        } else if (value instanceof LocalDate date) {
            utf8(date.toString());
            head('a', end);
        } else if (value instanceof LocalTime || value instanceof LocalDateTime) {
            utf8(value.toString());
            head('s', end);
        } else {
            compound(value);
        }
    }

    private void compound(Object value) {
        int end = written();
        if (value instanceof byte[] payload) {
            payload(payload);
            head('x', end);
        } else if (value instanceof ByteBuffer buffer) {
            int length = buffer.remaining();
            reserve(length);
            start -= length;
            buffer.get(buffer.position(), bytes, start, length);
            head('x', end);
        } else if (value instanceof List<?> list) {
            list('l', list);
        } else if (value instanceof Map<?, ?> map) {
            entries(map);
            head('m', end);
        } else {
            throw unsupported(value);
        }
    }

    private void number(Number number) {
        int end = written();
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            digits(number.longValue());
            head('i', end);
        } else if (number instanceof BigInteger whole) {
            utf8(whole.toString());
            head('i', end);
        } else if (number instanceof Double || number instanceof Float) {
            double positiveZero = number.doubleValue() + 0.0;
            hex(Double.doubleToLongBits(positiveZero));
            head('d', end);
        } else if (number instanceof BigDecimal decimal) {
            decimal(decimal);
            head('n', end);
        } else {
            throw unsupported(number);
        }
    }

    private static IllegalArgumentException unsupported(Object value) {
        return new IllegalArgumentException(
                "A value of " + value.getClass().getName() + " cannot be part of an identity; convert it first");
    }

    private static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), instant.getNano() / NANOS_PER_MICRO);
    }

    private void decimal(BigDecimal decimal) {
        if (decimal.precision() > LONG_DIGITS) {
            BigDecimal stripped = decimal.stripTrailingZeros();
            digits(-(long) stripped.scale());
            one('e');
            utf8(stripped.unscaledValue().toString());
            return;
        }
        long unscaled = decimal.unscaledValue().longValue();
        long exponent = unscaled == 0 ? 0 : -(long) decimal.scale();
        while (unscaled != 0 && unscaled % 10 == 0) {
            unscaled /= 10;
            exponent++;
        }
        digits(exponent);
        one('e');
        digits(unscaled);
    }

    private void entries(Map<?, ?> map) {
        List<Map.Entry<byte[], Object>> sorted = new ArrayList<>(map.size());
        map.forEach((key, value) ->
                sorted.add(new SimpleImmutableEntry<>(key.toString().getBytes(StandardCharsets.UTF_8), value)));
        sorted.sort((left, right) -> Arrays.compareUnsigned(right.getKey(), left.getKey()));
        for (Map.Entry<byte[], Object> entry : sorted) {
            value(entry.getValue());
            int end = written();
            payload(entry.getKey());
            head('s', end);
        }
    }

    /** What stands before a payload: its tag and its length. */
    private void head(char tag, int writtenBefore) {
        int length = written() - writtenBefore;
        reserve(LONGEST_HEAD);
        bytes[--start] = ':';
        intDigits(length);
        bytes[--start] = (byte) tag;
    }

    private int written() {
        return bytes.length - start;
    }

    private void payload(byte[] payload) {
        reserve(payload.length);
        start -= payload.length;
        System.arraycopy(payload, 0, bytes, start, payload.length);
    }

    /** Text of ASCII is its own UTF-8. */
    private void utf8(String text) {
        int length = text.length();
        reserve(length);
        int at = start;
        for (int i = length - 1; i >= 0; i--) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                payload(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            bytes[--at] = (byte) character;
        }
        start = at;
    }

    /** Long division is slow: the digits of a time are in two or three ints. */
    private void digits(long number) {
        reserve(Long.SIZE);
        long left = number < 0 ? number : -number;
        while (left <= -INT_DIGITS_BOUND) {
            int lowest = (int) -(left % INT_DIGITS_BOUND);
            left /= INT_DIGITS_BOUND;
            int end = start - INT_DIGITS;
            intDigits(lowest);
            while (start > end) {
                bytes[--start] = '0';
            }
        }
        intDigits((int) -left);
        if (number < 0) {
            bytes[--start] = '-';
        }
    }

    /** Of a number that is not negative, where there is room. */
    private void intDigits(int number) {
        int at = start;
        int left = number;
        do {
            int rest = left / 10;
            bytes[--at] = (byte) ('0' + left - rest * 10);
            left = rest;
        } while (left != 0);
        start = at;
    }

    private void hex(long bits) {
        int digits = Long.BYTES * 2;
        reserve(digits);
        for (int i = 0; i < digits; i++) {
            bytes[--start] = HEX[(int) (bits >>> 4 * i) & 0xF];
        }
    }

    private void one(char character) {
        reserve(1);
        bytes[--start] = (byte) character;
    }

    private void reserve(int length) {
        if (start < length) {
            int written = written();
            byte[] larger = new byte[Math.addExact(Math.multiplyExact(bytes.length, 2), length)];
            System.arraycopy(bytes, start, larger, larger.length - written, written);
            start = larger.length - written;
            bytes = larger;
        }
    }
}
