package io.hybridingest.record;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Walks over Avro binary without building values, knowing at every moment where it stands: what Avro's own decoders do
 * not tell, and what cutting a record out of a block needs. Every step checks the end of the data, so damaged content
 * ends in an {@link AvroRuntimeException}, never in a read beyond it. Not thread-safe.
 */
public final class AvroCursor {
    private static final Schema MAP_KEY = Schema.create(Schema.Type.STRING);
    private static final int LONGEST_NUMBER = 10;

    private byte[] data = new byte[0];
    private int position;
    private int limit;

    /** Starts anew at {@code offset} of {@code data}; the array is read in place. */
    public void reset(byte[] data, int offset, int length) {
        this.data = data;
        this.position = offset;
        this.limit = offset + length;
    }

    /** The array that is walked over. */
    public byte[] data() {
        return data;
    }

    /** Index in {@link #data} of the byte that comes next. */
    public int position() {
        return position;
    }

    /** Bytes left. */
    public int remaining() {
        return limit - position;
    }

    /** Reads a zig-zag int or long. */
    public long readLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            require(1);
            byte next = data[position++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw tooLong();
    }

    /** Reads the length before bytes or a string and stands at its first byte. */
    public int readLength() {
        long length = readLong();
        if (length < 0) {
            throw new AvroRuntimeException("A length is negative: " + length);
        }
        require(length);
        return (int) length;
    }

    /** Reads a union's branch. */
    public Schema readBranch(Schema union) {
        return union.getTypes().get(readIndex(union.getTypes().size()));
    }

    /** Reads the index of a union's branch, of which there are {@code branches}. */
    int readIndex(int branches) {
        long index = readLong();
        if (index < 0 || index >= branches) {
            throw new AvroRuntimeException("A union has no branch " + index);
        }
        return (int) index;
    }

    /** Steps over a number of bytes. */
    public void skip(long bytes) {
        require(bytes);
        position += (int) bytes;
    }

    /** Steps over a zig-zag int or long. */
    void skipLong() {
        for (int read = 0; read < LONGEST_NUMBER; read++) {
            require(1);
            if (data[position++] >= 0) {
                return;
            }
        }
        throw tooLong();
    }

    /** Steps over one value of the schema. */
    public void skip(Schema schema) {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> skip(1);
            case INT, LONG -> skipLong();
            case FLOAT -> skip(Float.BYTES);
            case DOUBLE -> skip(Double.BYTES);
            case ENUM -> skipSymbol(schema.getEnumSymbols().size());
            case STRING, BYTES -> skip(readLength());
            case FIXED -> skip(schema.getFixedSize());
            case UNION -> skip(readBranch(schema));
            case RECORD -> schema.getFields().forEach(field -> skip(field.schema()));
            case ARRAY -> skipBlocks(null, schema.getElementType());
            case MAP -> skipBlocks(MAP_KEY, schema.getValueType());
        }
    }

    /** Steps over a value of an enum of so many symbols. */
    void skipSymbol(int symbols) {
        long symbol = readLong();
        if (symbol < 0 || symbol >= symbols) {
            throw new AvroRuntimeException("An enum has no symbol " + symbol);
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

    private static AvroRuntimeException tooLong() {
        return new AvroRuntimeException("A number is longer than ten bytes");
    }
}
