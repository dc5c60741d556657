package io.hybridingest.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The bytes of an Avro container, with a check that each of them belongs to a block that was read. Avro's own reader takes
 * content that breaks off within a block for content that ends before it, and a block that announces no records or is
 * longer than what is left for the end: it would drop records without a word.
 */
final class ContainerContent extends FilterInputStream {
    private static final int BITS_OF_VARINT = 7;

    private long given;
    private long accounted;

    private ContainerContent(InputStream content, long headerSize) {
        super(content);
        this.accounted = headerSize;
    }

    /**
     * Reads the header, and gives it out again with the rest.
     *
     * @throws IOException where the content does not begin as a container does
     */
    static ContainerContent of(InputStream content) throws IOException {
        Recorder recorder = new Recorder(content);
        try {
            BinaryDecoder decoder = DecoderFactory.get().directBinaryDecoder(recorder, null);
            byte[] magic = new byte[DataFileConstants.MAGIC.length];
            decoder.readFixed(magic);
            if (!Arrays.equals(magic, DataFileConstants.MAGIC)) {
                throw new IOException("it does not begin with the letters Obj");
            }
            boolean schema = false;
            for (long entries = decoder.readMapStart(); entries != 0; entries = decoder.mapNext()) {
                for (long entry = 0; entry < entries; entry++) {
                    schema |= decoder.readString().equals(DataFileConstants.SCHEMA);
                    decoder.readBytes(null);
                }
            }
            if (!schema) {
                throw new IOException("its header names no schema");
            }
            decoder.readFixed(new byte[DataFileConstants.SYNC_SIZE]);
        } catch (EOFException | AvroRuntimeException e) {
            throw new IOException("its header is not whole", e);
        }
        byte[] header = recorder.recorded.toByteArray();
        return new ContainerContent(new SequenceInputStream(new ByteArrayInputStream(header), content), header.length);
    }

    /**
     * To be told of every block that was read.
     *
     * @param records number of records that it announces
     * @param bytes its length as it is stored
     */
    void account(long records, long bytes) {
        accounted += varintSize(records) + varintSize(bytes) + bytes + DataFileConstants.SYNC_SIZE;
    }

    /** To be asked at the end: whether all there was belonged to blocks that were read, so that nothing is missing. */
    void requireAllAccounted() throws EOFException {
        if (given != accounted) {
            throw new EOFException("it breaks off within a block, or a block's length or number of records is damaged");
        }
    }

    private static int varintSize(long number) {
        long zigzag = number << 1 ^ number >> 63;
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(zigzag) + BITS_OF_VARINT - 1) / BITS_OF_VARINT);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        given += Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private static final class Recorder extends FilterInputStream {
        private final ByteArrayOutputStream recorded = new ByteArrayOutputStream(1024);

        private Recorder(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                recorded.write(read);
            }
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                recorded.write(bytes, offset, count);
            }
            return count;
        }
    }
}
