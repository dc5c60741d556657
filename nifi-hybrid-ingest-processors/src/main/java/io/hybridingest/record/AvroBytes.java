package io.hybridingest.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Avro binary that is being written into memory. Not safe for several threads. */
final class AvroBytes {
    private static final int LONGEST_NUMBER = 10;
    private static final int FIRST_CAPACITY = 512;

    private byte[] data = new byte[FIRST_CAPACITY];
    private int length;

    /** Begins anew, in the same memory. */
    void clear() {
        length = 0;
    }

    /** What has been written, valid until the next call of anything else. */
    ByteBuffer written() {
        return ByteBuffer.wrap(data, 0, length);
    }

    /** Writes an int, a long, the index of a branch or a symbol, or the length of something: zig-zag, seven bits to the byte. */
    void writeLong(long value) {
        require(LONGEST_NUMBER);
        byte[] target = data;
        int at = length;
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        length = at;
    }

    void writeBoolean(boolean value) {
        require(1);
        data[length++] = (byte) (value ? 1 : 0);
    }

    void writeFloat(float value) {
        writeBits(Float.floatToRawIntBits(value), Float.BYTES);
    }

    void writeDouble(double value) {
        writeBits(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    /** Writes text and its length. Most of it is ASCII, whose bytes are its characters. */
    void writeText(CharSequence text) {
        String characters = text.toString();
        int size = characters.length();
        int start = length;
        writeLong(size);
        require(size);
        byte[] target = data;
        int at = length;
        for (int i = 0; i < size; i++) {
            char c = characters.charAt(i);
            if (c >= 0x80) {
                length = start;
                writeSized(characters.getBytes(StandardCharsets.UTF_8));
                return;
            }
            target[at + i] = (byte) c;
        }
        length = at + size;
    }

    /** Writes bytes and their number; the buffer stays as it is. */
    void writeSized(ByteBuffer bytes) {
        int size = bytes.remaining();
        writeLong(size);
        require(size);
        bytes.get(bytes.position(), data, length, size);
        length += size;
    }

    /** Writes bytes whose number the schema knows. */
    void writeFixed(byte[] bytes) {
        require(bytes.length);
        System.arraycopy(bytes, 0, data, length, bytes.length);
        length += bytes.length;
    }

    private void writeSized(byte[] bytes) {
        writeLong(bytes.length);
        writeFixed(bytes);
    }

    /** The lowest byte first. */
    private void writeBits(long bits, int bytes) {
        require(bytes);
        for (int i = 0; i < bytes; i++) {
            data[length++] = (byte) (bits >>> Byte.SIZE * i);
        }
    }

    private void require(int bytes) {
        if (bytes > data.length - length) {
            data = Arrays.copyOf(data, Math.max(Math.addExact(length, bytes), (int)
                    Math.min(2L * data.length, Integer.MAX_VALUE - 8)));
        }
    }
}
