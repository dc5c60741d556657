package io.hybridingest.record;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;

/**
 * The blocks of small Avro containers that are in memory, one container after the other. Many of them come from one writer
 * and hold a single record, behind a header several times as large: one that is the same as the header before, byte for
 * byte, is not read again. What is damaged is told as {@link ContainerBlocks} tells it. Not safe for several threads.
 */
public final class BufferedBlocks implements RecordBlocks {
    private final AvroCursor cursor = new AvroCursor();
    private byte[] header = {};
    private String schemaJson;
    private String codec;
    private byte[] content = {};
    private int sync;
    private byte[] data = {};
    private int length;
    private long records;

    /**
     * Reads the header of the next container.
     *
     * @param bytes begin with the container, and stay as they are until its last block was read
     * @param size number of bytes in the container
     * @throws IOException where they do not begin as a container does
     */
    public void open(byte[] bytes, int size) throws IOException {
        content = bytes;
        if (!beginsWith(header, size) || header.length == 0) {
            readHeader(size);
        }
        sync = header.length;
        cursor.reset(bytes, sync, size - sync);
        if (cursor.remaining() < DataFileConstants.SYNC_SIZE) {
            throw new IOException("its header is not whole");
        }
        cursor.skip(DataFileConstants.SYNC_SIZE);
    }

    @Override
    public String schemaJson() {
        return schemaJson;
    }

    @Override
    public String codec() {
        return codec;
    }

    @Override
    public boolean next() throws IOException {
        if (cursor.remaining() == 0) {
            return false;
        }
        try {
            records = cursor.readLong();
            long size = cursor.readLong();
            if (records < 0 || size < 0) {
                throw new IOException("a block of " + records + " records and " + size + " bytes cannot be");
            }
            if (size > cursor.remaining() - DataFileConstants.SYNC_SIZE) {
                throw brokenOff();
            }
            take((int) size);
        } catch (AvroRuntimeException e) {
            if (cursor.remaining() == 0) {
                throw brokenOff();
            }
            throw e;
        }
        int end = cursor.position();
        if (!Arrays.equals(
                content, sync, sync + DataFileConstants.SYNC_SIZE, content, end, end + DataFileConstants.SYNC_SIZE)) {
            throw new IOException("a block does not end where it should");
        }
        cursor.skip(DataFileConstants.SYNC_SIZE);
        return true;
    }

    @Override
    public long records() {
        return records;
    }

    @Override
    public byte[] data() {
        return data;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void close() {
        content = new byte[0];
    }

    private boolean beginsWith(byte[] start, int size) {
        return size >= start.length && Arrays.equals(content, 0, start.length, start, 0, start.length);
    }

    private void take(int size) {
        if (size > data.length) {
            data = new byte[size];
        }
        System.arraycopy(content, cursor.position(), data, 0, size);
        length = size;
        cursor.skip(size);
    }

    private void readHeader(int size) throws IOException {
        header = new byte[0];
        if (!beginsWith(DataFileConstants.MAGIC, size)) {
            throw new IOException("it does not begin with the letters Obj");
        }
        cursor.reset(content, DataFileConstants.MAGIC.length, size - DataFileConstants.MAGIC.length);
        Map<String, String> entries;
        try {
            entries = readEntries();
        } catch (AvroRuntimeException e) {
            throw new IOException("its header is not whole", e);
        }
        schemaJson = entries.get(DataFileConstants.SCHEMA);
        if (schemaJson == null) {
            throw new IOException("its header names no schema");
        }
        codec = entries.getOrDefault(DataFileConstants.CODEC, DataFileConstants.NULL_CODEC);
        header = Arrays.copyOf(content, cursor.position());
    }

    private Map<String, String> readEntries() {
        Map<String, String> entries = new HashMap<>();
        for (long count = cursor.readLong(); count != 0; count = cursor.readLong()) {
            if (count < 0) {
                cursor.readLong();
            }
            for (long entry = 0; entry < Math.abs(count); entry++) {
                entries.put(readText(), readText());
            }
        }
        return entries;
    }

    private String readText() {
        int size = cursor.readLength();
        String text = new String(content, cursor.position(), size, StandardCharsets.UTF_8);
        cursor.skip(size);
        return text;
    }

    private static EOFException brokenOff() {
        return new EOFException("it breaks off before its end");
    }
}
