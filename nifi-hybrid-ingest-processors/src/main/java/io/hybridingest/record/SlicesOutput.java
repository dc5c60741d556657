package io.hybridingest.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes a container of records that are in Avro binary already. Does what Avro's own writer does, but for that it takes no more
 * memory and time to begin than the records are worth. Not safe for several threads.
 */
final class SlicesOutput implements RecordOutput<ByteBuffer> {
    private static final int BLOCK_SIZE = DataFileConstants.DEFAULT_SYNC_INTERVAL;
    private static final int FIRST_CAPACITY = 4 * 1024;
    private static final int ENTRIES = 2;
    private static final ContextPool<ZstdCompressCtx> CONTEXTS =
            new ContextPool<>(() -> new ZstdCompressCtx().setLevel(Containers.FASTEST), ZstdCompressCtx::close);

    private final OutputStream out;
    private final BinaryEncoder encoder;
    private final byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
    private final boolean compresses;
    private ZstdCompressCtx compression;
    private byte[] block = new byte[FIRST_CAPACITY];
    private byte[] compressed = {};
    private int length;
    private long records;

    /** @param compresses whether blocks are compressed, by zstandard */
    SlicesOutput(OutputStream out, String schemaJson, boolean compresses) throws IOException {
        this.out = out;
        encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        ThreadLocalRandom.current().nextBytes(sync);
        this.compresses = compresses;
        out.write(header(schemaJson, compresses ? DataFileConstants.ZSTANDARD_CODEC : DataFileConstants.NULL_CODEC));
    }

    @Override
    public void write(ByteBuffer slice) throws IOException {
        int size = slice.remaining();
        if (size > block.length - length) {
            block = Arrays.copyOf(block, Math.max(Math.addExact(length, size), Math.min(2 * length, 2 * BLOCK_SIZE)));
        }
        slice.get(block, length, size);
        length += size;
        records++;
        if (length >= BLOCK_SIZE) {
            endBlock();
        }
    }

    @Override
    public Map<String, String> finish() throws IOException {
        endBlock();
        out.flush();
        return Map.of("mime.type", Containers.MIME_TYPE);
    }

    @Override
    public void close() throws IOException {
        if (compression != null) {
            CONTEXTS.giveBack(compression);
            compression = null;
        }
        out.close();
    }

    private void endBlock() throws IOException {
        if (records == 0) {
            return;
        }
        encoder.writeLong(records);
        if (compresses) {
            int size = compress();
            encoder.writeLong(size);
            encoder.writeFixed(compressed, 0, size);
        } else {
            encoder.writeLong(length);
            encoder.writeFixed(block, 0, length);
        }
        encoder.writeFixed(sync);
        length = 0;
        records = 0;
    }

    private int compress() {
        if (length <= StoredFrame.LONGEST) {
            makeRoom(length + StoredFrame.overhead());
            return StoredFrame.write(block, length, compressed);
        }
        if (compression == null) {
            compression = CONTEXTS.take();
        }
        makeRoom(Math.toIntExact(Zstd.compressBound(length)));
        return compression.compressByteArray(compressed, 0, compressed.length, block, 0, length);
    }

    private void makeRoom(int bytes) {
        if (bytes > compressed.length) {
            compressed = new byte[bytes];
        }
    }

    private byte[] header(String schemaJson, String codec) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream(schemaJson.length() + 64);
        BinaryEncoder entries = EncoderFactory.get().directBinaryEncoder(header, null);
        entries.writeFixed(DataFileConstants.MAGIC);
        entries.writeMapStart();
        entries.setItemCount(ENTRIES);
        entries.startItem();
        entries.writeString(DataFileConstants.SCHEMA);
        entries.writeString(schemaJson);
        entries.startItem();
        entries.writeString(DataFileConstants.CODEC);
        entries.writeString(codec);
        entries.writeMapEnd();
        entries.writeFixed(sync);
        return header.toByteArray();
    }
}
