package io.hybridingest.record;

import java.nio.ByteBuffer;

/**
 * Zstandard frames that hold what is in them as it is: a little header and one raw block. Compressing a few hundred bytes, and undoing it,
 * takes many times as long as copying them and saves next to nothing. To every reader of zstandard they are frames like any other, so
 * that containers with them and without them are of one codec and can be merged. Format: RFC 8878, section 3.1.1.
 */
final class StoredFrame {
    /** Longest content, in bytes. The header of a container, with the schema in it, takes about as much. */
    static final int LONGEST = 1024;

    private static final int MAGIC = 0xFD2FB528;

    /** The content is one segment, as long as the one byte or the two bytes that follow say; no checksum, no dictionary. */
    private static final int LENGTH_IN_ONE_BYTE = 0x20;

    private static final int LENGTH_IN_TWO_BYTES = 0x60;
    private static final int LEAST_IN_TWO_BYTES = 256;
    private static final int DESCRIPTOR_AT = 4;
    private static final int LENGTH_AT = 5;
    private static final int BLOCK_HEADER = 3;
    private static final int LAST_AND_RAW = 1;
    private static final int TYPE_BITS = 3;

    private StoredFrame() {}

    /** Bytes that a frame takes besides its content, at most. */
    static int overhead() {
        return LENGTH_AT + 2 + BLOCK_HEADER;
    }

    /**
     * Writes a frame.
     *
     * @param length bytes of the content, at most {@link #LONGEST}
     * @param frame has room for the content and {@link #overhead}
     * @return number of bytes of the frame
     */
    static int write(byte[] content, int length, byte[] frame) {
        int at = putLittleEndian(MAGIC, DESCRIPTOR_AT, frame, 0);
        if (length < LEAST_IN_TWO_BYTES) {
            frame[at++] = LENGTH_IN_ONE_BYTE;
            frame[at++] = (byte) length;
        } else {
            frame[at++] = LENGTH_IN_TWO_BYTES;
            at = putLittleEndian(length - LEAST_IN_TWO_BYTES, 2, frame, at);
        }
        at = putLittleEndian(length << TYPE_BITS | LAST_AND_RAW, BLOCK_HEADER, frame, at);
        System.arraycopy(content, 0, frame, at, length);
        return at + length;
    }

    /**
     * The content of a frame of just the kind that is written here.
     *
     * @param length bytes of the frame
     * @return a part of the frame; null where it is of another kind, or none
     */
    static ByteBuffer content(byte[] frame, int length) {
        if (length < LENGTH_AT + 1 + BLOCK_HEADER || littleEndian(DESCRIPTOR_AT, frame, 0) != MAGIC) {
            return null;
        }
        int at;
        int size;
        if (frame[DESCRIPTOR_AT] == LENGTH_IN_ONE_BYTE) {
            size = frame[LENGTH_AT] & 0xFF;
            at = LENGTH_AT + 1;
        } else if (frame[DESCRIPTOR_AT] == LENGTH_IN_TWO_BYTES) {
            size = LEAST_IN_TWO_BYTES + littleEndian(2, frame, LENGTH_AT);
            at = LENGTH_AT + 2;
        } else {
            return null;
        }
        boolean whole = length == at + BLOCK_HEADER + size;
        return whole && littleEndian(BLOCK_HEADER, frame, at) == (size << TYPE_BITS | LAST_AND_RAW)
                ? ByteBuffer.wrap(frame, at + BLOCK_HEADER, size)
                : null;
    }

    private static int putLittleEndian(int value, int bytes, byte[] to, int at) {
        for (int i = 0; i < bytes; i++) {
            to[at + i] = (byte) (value >>> Byte.SIZE * i);
        }
        return at + bytes;
    }

    private static int littleEndian(int bytes, byte[] from, int at) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (from[at + i] & 0xFF) << Byte.SIZE * i;
        }
        return value;
    }
}
