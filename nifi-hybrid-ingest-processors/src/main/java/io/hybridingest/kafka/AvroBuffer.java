package io.hybridingest.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Avro binary in the making: grows as it is written to, and is used again for the next record. For one thread. */
final class AvroBuffer {
    private byte[] bytes = new byte[1024];
    private int length;

    /** Begins anew. */
    void reset() {
        length = 0;
    }

    /** What was written, {@link #length} of it from the first byte on; valid until more is written. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Forgets what lies behind the first {@code bytes} bytes. */
    void cut(int bytes) {
        length = bytes;
    }

    /** A zig-zag int or long. */
    void writeLong(long value) {
        require(10);
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void writeBoolean(boolean value) {
        require(1);
        bytes[length++] = (byte) (value ? 1 : 0);
    }

    void writeFloat(float value) {
        writeLittleEndian(Float.floatToRawIntBits(value), Float.BYTES);
    }

    void writeDouble(double value) {
        writeLittleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    void writeString(String value) {
        writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes behind their length. */
    void writeBytes(byte[] value) {
        writeLong(value.length);
        writeFixed(value);
    }

    /** The bytes alone. */
    void writeFixed(byte[] value) {
        require(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void writeLittleEndian(long bits, int count) {
        require(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) (bits >>> (8 * i));
        }
    }

    private void require(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.addExact(length, Math.max(length, more)));
        }
    }
}
