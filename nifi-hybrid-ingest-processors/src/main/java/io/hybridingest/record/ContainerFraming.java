package io.hybridingest.record;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Watches the blocks of an Avro container go by on their way to somebody else's reader. Avro's own takes content that breaks off within
 * a block, or announces a block without records, for content that ends before it, and drops the block without a word; and it takes
 * memory for whatever length a damaged block announces. Here each of these is an error, before the reader sees it. Not safe for
 * several threads.
 */
final class ContainerFraming extends FilterInputStream {
    private static final int LONGEST_NUMBER_BITS = 63;
    private static final int LARGEST_HEADER = 16 * 1024 * 1024;

    private final byte[] sync;
    private final long size;
    private Part part = Part.RECORDS;
    private long given;
    private long number;
    private int shift;
    private long left;
    private long announced;

    private enum Part {
        /** The number of records of a block, or the end of the content. */
        RECORDS,
        /** The number of bytes of a block. */
        BYTES,
        BLOCK,
        SYNC
    }

    private ContainerFraming(InputStream content, byte[] sync, long headerSize, long size) {
        super(content);
        this.sync = sync;
        this.size = size;
        this.given = -headerSize;
    }

    /**
     * Reads the header, and gives it out again with the rest.
     *
     * @param size bytes in the content
     * @throws IOException where the content does not begin as a container does
     */
    static ContainerFraming of(InputStream content, long size) throws IOException {
        Recorder recorder = new Recorder(content);
        byte[] sync = new byte[DataFileConstants.SYNC_SIZE];
        try {
            BinaryDecoder decoder = DecoderFactory.get().directBinaryDecoder(recorder, null);
            decoder.skipFixed(DataFileConstants.MAGIC.length);
            for (long entries = decoder.readMapStart(); entries != 0; entries = decoder.mapNext()) {
                for (long entry = 0; entry < entries; entry++) {
                    decoder.skipString();
                    decoder.skipBytes();
                }
            }
            decoder.readFixed(sync);
        } catch (EOFException | AvroRuntimeException e) {
            throw new IOException("the header of the Avro container is not whole", e);
        }
        byte[] header = recorder.recorded.toByteArray();
        return new ContainerFraming(
                new SequenceInputStream(new ByteArrayInputStream(header), content),
                sync,
                header.length,
                size - header.length);
    }

    /**
     * To be told when the reader says that there are no more records.
     *
     * @param delivered number of records that it gave
     * @throws IOException where there is more, or should be
     */
    void requireEnd(long delivered) throws IOException {
        if (part != Part.RECORDS || shift > 0) {
            throw new EOFException("the Avro container breaks off within a block");
        } else if (delivered != announced) {
            throw new IOException(
                    "the blocks of the Avro container announce " + announced + " records and hold " + delivered);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        int at = offset;
        while (at < offset + count) {
            at += given < 0 ? passHeader(offset + count - at) : pass(bytes, at, offset + count - at);
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

    private int passHeader(int length) {
        int passed = (int) Math.min(length, -given);
        given += passed;
        return passed;
    }

    /** Follows the content from one byte on, and says for how many. */
    private int pass(byte[] bytes, int at, int length) throws IOException {
        int passed = 1;
        switch (part) {
            case RECORDS, BYTES -> passNumber(bytes[at]);
            case BLOCK -> {
                passed = (int) Math.min(length, left);
                left -= passed;
                if (left == 0) {
                    begin(Part.SYNC, DataFileConstants.SYNC_SIZE);
                }
            }
            case SYNC -> passSync(bytes[at]);
        }
        given += passed;
        return passed;
    }

    private void passNumber(byte next) throws IOException {
        if (shift > LONGEST_NUMBER_BITS) {
            throw new IOException("a number between two blocks of the Avro container is longer than ten bytes");
        }
        number |= (next & 0x7fL) << shift;
        shift += 7;
        if (next < 0) {
            return;
        }
        long value = number >>> 1 ^ -(number & 1);
        number = 0;
        shift = 0;
        if (part == Part.RECORDS) {
            begin(Part.BYTES, value);
        } else {
            beginBlock(left, value);
        }
    }

    private void beginBlock(long records, long bytes) throws IOException {
        if (records < 0 || bytes < 0 || records == 0 && bytes > 0) {
            throw new IOException("a block of the Avro container announces " + records + " records in " + bytes
                    + " bytes, which cannot be");
        } else if (bytes > size - given - 1 - DataFileConstants.SYNC_SIZE) {
            throw new IOException("the Avro container breaks off within a block of " + bytes + " bytes");
        }
        announced += records;
        if (bytes > 0) {
            begin(Part.BLOCK, bytes);
        } else {
            begin(Part.SYNC, DataFileConstants.SYNC_SIZE);
        }
    }

    private void passSync(byte next) throws IOException {
        if (next != sync[DataFileConstants.SYNC_SIZE - (int) left]) {
            throw new IOException("a block of the Avro container does not end where it should");
        }
        left--;
        if (left == 0) {
            begin(Part.RECORDS, 0);
        }
    }

    private void begin(Part next, long amount) {
        part = next;
        left = amount;
    }

    private static final class Recorder extends FilterInputStream {
        private final ByteArrayOutputStream recorded = new ByteArrayOutputStream(1024);

        private Recorder(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) {
                recorded.write(bytes, offset, count);
            }
            if (recorded.size() > LARGEST_HEADER) {
                throw new IOException("the header of the Avro container is longer than 16 MiB");
            }
            return count;
        }

        /** What is skipped has to be given out again, too. */
        @Override
        public long skip(long count) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
        }
    }
}
