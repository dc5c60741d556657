package io.hybridingest.kafka;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Walks over Avro binary without building values, knowing at every moment where it stands: what Avro's own decoders do
 * not tell, and what cutting a record out of a block needs. Every step checks the end of the data, so damaged content
 * ends in an exception, never in a read beyond it. Not thread-safe.
 */
final class AvroCursor {
    private static final Schema MAP_KEY = Schema.create(Schema.Type.STRING);

    private byte[] data = new byte[0];
    private int position;
    private int limit;

    /** Starts anew at {@code offset} of {@code data}; the array is read in place. */
    void reset(byte[] data, int offset, int length) {
        this.data = data;
        this.position = offset;
        this.limit = offset + length;
    }

    byte[] data() {
        return data;
    }

    int position() {
        return position;
    }

    int remaining() {
        return limit - position;
    }

    /** Reads a zig-zag int or long. */
    long readLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            require(1);
            byte next = data[position++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new AvroRuntimeException("A number is longer than ten bytes");
    }

    /** Reads the length before bytes or a string and stands at its first byte. */
    int readLength() {
        long length = readLong();
        if (length < 0) {
            throw new AvroRuntimeException("A length is negative: " + length);
        }
        require(length);
        return (int) length;
    }

    /** Reads a union's branch. */
    Schema readBranch(Schema union) {
        long index = readLong();
        if (index < 0 || index >= union.getTypes().size()) {
            throw new AvroRuntimeException("A union has no branch " + index);
        }
        return union.getTypes().get((int) index);
    }

    void skip(long bytes) {
        require(bytes);
        position += (int) bytes;
    }

    /** Steps over one value of the schema. */
    void skip(Schema schema) {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> skip(1);
            case INT, LONG -> readLong();
            case FLOAT -> skip(Float.BYTES);
            case DOUBLE -> skip(Double.BYTES);
            case ENUM -> skipSymbol(schema);
            case STRING, BYTES -> skip(readLength());
            case FIXED -> skip(schema.getFixedSize());
            case UNION -> skip(readBranch(schema));
            case RECORD -> schema.getFields().forEach(field -> skip(field.schema()));
            case ARRAY -> skipBlocks(null, schema.getElementType());
            case MAP -> skipBlocks(MAP_KEY, schema.getValueType());
        }
    }

    private void skipSymbol(Schema schema) {
        long symbol = readLong();
        if (symbol < 0 || symbol >= schema.getEnumSymbols().size()) {
            throw new AvroRuntimeException("Enum " + schema.getFullName() + " has no symbol " + symbol);
        }
    }

    private void skipBlocks(Schema key, Schema value) {
        for (long count = readLong(); count != 0; count = readLong()) {
            if (count < 0) {
                skip(readLong());
                continue;
            }
            for (long entry = 0; entry < count; entry++) {
                if (key != null) {
                    skip(key);
                }
                skip(value);
            }
        }
    }

    private void require(long bytes) {
        if (bytes < 0 || bytes > limit - position) {
            throw new AvroRuntimeException("The data ends in the middle of a record");
        }
    }
}
