package io.hybridingest.record;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The blocks of an Avro container, one at a time and as they are, compressed or not. Avro's own reader takes content that breaks off
 * within a block for content that ends before it, and drops the block without a word; here that is an error. Memory is taken as
 * bytes arrive, not as a damaged length asks for it. Not safe for several threads.
 */
public final class ContainerBlocks implements RecordBlocks {
    private static final int LARGEST_HEADER = 16 * 1024 * 1024;
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final InputStream in;
    private final BinaryDecoder decoder;
    private final String schemaJson;
    private final String codec;
    private final byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
    private final byte[] marker = new byte[DataFileConstants.SYNC_SIZE];
    private byte[] data = {};
    private int length;
    private long records;

    /**
     * Reads the header.
     *
     * @throws IOException where the content does not begin as a container does
     */
    public ContainerBlocks(InputStream in) throws IOException {
        this.in = in;
        decoder = DecoderFactory.get().binaryDecoder(in, null);
        byte[] magic = new byte[DataFileConstants.MAGIC.length];
        try {
            decoder.readFixed(magic);
            if (!Arrays.equals(magic, DataFileConstants.MAGIC)) {
                throw new IOException("it does not begin with the letters Obj");
            }
            Map<String, String> header = readHeader();
            schemaJson = header.get(DataFileConstants.SCHEMA);
            codec = header.getOrDefault(DataFileConstants.CODEC, DataFileConstants.NULL_CODEC);
            decoder.readFixed(sync);
        } catch (EOFException e) {
            throw new IOException("its header is not whole", e);
        }
        if (schemaJson == null) {
            throw new IOException("its header names no schema");
        }
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
        if (decoder.isEnd()) {
            return false;
        }
        try {
            records = decoder.readLong();
            long size = decoder.readLong();
            if (records < 0 || size < 0 || size > Integer.MAX_VALUE - 8) {
                throw new IOException("a block of " + records + " records and " + size + " bytes cannot be");
            }
            read((int) size);
            decoder.readFixed(marker);
        } catch (EOFException e) {
            throw new EOFException("it breaks off before its end");
        }
        if (!Arrays.equals(sync, marker)) {
            throw new IOException("a block does not end where it should");
        }
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
    public void close() throws IOException {
        in.close();
    }

    private Map<String, String> readHeader() throws IOException {
        Map<String, String> header = new HashMap<>();
        for (long entries = decoder.readMapStart(); entries != 0; entries = decoder.mapNext()) {
            for (long entry = 0; entry < entries; entry++) {
                header.put(readText(), readText());
            }
        }
        return header;
    }

    private String readText() throws IOException {
        long size = decoder.readLong();
        if (size < 0 || size > LARGEST_HEADER) {
            throw new IOException("an entry of its header has " + size + " bytes");
        }
        read((int) size);
        return new String(data, 0, length, StandardCharsets.UTF_8);
    }

    private void read(int size) throws IOException {
        length = 0;
        while (length < size) {
            if (length == data.length) {
                int capacity = Math.max(FIRST_CAPACITY, (int) Math.min(2L * data.length, Integer.MAX_VALUE - 8));
                data = Arrays.copyOf(data, Math.min(size, capacity));
            }
            int count = Math.min(size, data.length) - length;
            decoder.readFixed(data, length, count);
            length += count;
        }
    }
}
