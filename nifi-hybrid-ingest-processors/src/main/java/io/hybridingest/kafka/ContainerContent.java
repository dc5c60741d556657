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
 * The bytes of an Avro container, with a check that they are all there: the header and every block end with the same
 * sixteen bytes. Avro's own reader takes content that breaks off within a block for content that ends before it, and
 * would drop that block's records without a word.
 */
final class ContainerContent extends FilterInputStream {
    private final byte[] sync;
    private final byte[] last;

    private ContainerContent(InputStream content, byte[] sync) {
        super(content);
        this.sync = sync;
        this.last = new byte[sync.length];
    }

    /**
     * Reads the header, and gives it out again with the rest.
     *
     * @throws IOException where the content does not begin as a container does
     */
    static ContainerContent of(InputStream content) throws IOException {
        Recorder recorder = new Recorder(content);
        byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
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
            decoder.readFixed(sync);
        } catch (EOFException | AvroRuntimeException e) {
            throw new IOException("its header is not whole", e);
        }
        InputStream header = new ByteArrayInputStream(recorder.recorded.toByteArray());
        return new ContainerContent(new SequenceInputStream(header, content), sync);
    }

    /** To be asked at the end: whether a block ended here, so that nothing is missing. */
    void requireEndOfBlock() throws EOFException {
        if (!Arrays.equals(last, sync)) {
            throw new EOFException("it breaks off within a block");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count > 0) {
            int kept = Math.min(count, last.length);
            System.arraycopy(last, kept, last, 0, last.length - kept);
            System.arraycopy(bytes, offset + count - kept, last, last.length - kept, kept);
        }
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
