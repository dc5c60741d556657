package io.hybridingest.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Undoes the compression of blocks. Holds buffers, and is not safe for several threads. */
public sealed interface BlockCodec extends Closeable {
    /**
     * The codec of a name.
     *
     * @throws org.apache.avro.AvroRuntimeException where there is no such codec
     */
    static BlockCodec named(String name) {
        return switch (name) {
            case DataFileConstants.NULL_CODEC -> new Uncompressed();
            case DataFileConstants.ZSTANDARD_CODEC -> new Zstandard();
            default -> new AvroCodec(name);
        };
    }

    /**
     * The block's records.
     *
     * @param block holds the compressed bytes, {@code length} of them from the first on
     * @return backed by an array and valid until the next call
     */
    ByteBuffer decompress(byte[] block, int length) throws IOException;

    @Override
    default void close() {}

    /** Nothing to undo. */
    final class Uncompressed implements BlockCodec {
        @Override
        public ByteBuffer decompress(byte[] block, int length) {
            return ByteBuffer.wrap(block, 0, length);
        }
    }

    /** What PreprocessRecord writes. Avro's own codec would take new buffers and a new context for every block. */
    final class Zstandard implements BlockCodec {
        private static final int SMALLEST = 4 * 1024;
        private static final int USUAL_RATIO = 8;

        private static final int LARGEST = Integer.MAX_VALUE - 8;
        private static final ContextPool<ZstdDecompressCtx> CONTEXTS =
                new ContextPool<>(ZstdDecompressCtx::new, ZstdDecompressCtx::close);

        private ZstdDecompressCtx context = CONTEXTS.take();
        private byte[] records = {};

        @Override
        public ByteBuffer decompress(byte[] block, int length) throws IOException {
            ByteBuffer stored = StoredFrame.content(block, length);
            return stored == null ? undo(block, length) : stored;
        }

        private ByteBuffer undo(byte[] block, int length) throws IOException {
            long needed = Zstd.getFrameContentSize(block, 0, length);
            grow(needed > 0 ? needed : Math.max(SMALLEST, (long) USUAL_RATIO * length));
            while (true) {
                try {
                    int size = context.decompressByteArray(records, 0, records.length, block, 0, length);
                    return ByteBuffer.wrap(records, 0, size);
                } catch (ZstdException e) {
                    if (e.getErrorCode() != Zstd.errDstSizeTooSmall() || records.length == LARGEST) {
                        throw new IOException("a block cannot be decompressed: " + e.getMessage(), e);
                    }
                    grow(2L * records.length);
                }
            }
        }

        @Override
        public void close() {
            if (context != null) {
                CONTEXTS.giveBack(context);
                context = null;
            }
        }

        private void grow(long capacity) {
            if (capacity > records.length) {
                records = new byte[(int) Math.min(capacity, LARGEST)];
            }
        }
    }

    /** Any other codec, as Avro has it: every block is shown to Avro as a container of its own. */
    final class AvroCodec implements BlockCodec {
        private final byte[] header;

        AvroCodec(String name) {
            header = header(name);
        }

        @Override
        public ByteBuffer decompress(byte[] block, int length) throws IOException {
            ByteArrayOutputStream container = new ByteArrayOutputStream(header.length + length + 64);
            container.write(header);
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(container, null);
            encoder.writeLong(1);
            encoder.writeLong(length);
            encoder.writeFixed(block, 0, length);
            container.write(header, header.length - DataFileConstants.SYNC_SIZE, DataFileConstants.SYNC_SIZE);
            try (DataFileStream<Object> stream = new DataFileStream<>(
                    new ByteArrayInputStream(container.toByteArray()), new GenericDatumReader<>())) {
                return stream.nextBlock();
            }
        }

        private static byte[] header(String codec) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
                writer.setCodec(CodecFactory.fromString(codec)).create(Schema.create(Schema.Type.BYTES), header);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return header.toByteArray();
        }
    }
}
