package io.hybridingest.record;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Notices a container that breaks off inside of its header or of a block. A whole container ends with the sync marker that its
 * header names; Avro's own reader takes an end within a block for the end of the content and drops the block without a word. An end
 * between two blocks looks like the end of a shorter container, to anyone.
 */
final class SyncTail extends FilterInputStream {
    private static final int SYNC_SIZE = 16;
    private static final int MAGIC_SIZE = 4;
    private static final int LONGEST_HEADER = 16 * 1024 * 1024;

    private final byte[] last = new byte[SYNC_SIZE];
    private ByteArrayOutputStream head = new ByteArrayOutputStream();
    private byte[] sync;

    SyncTail(InputStream in) {
        super(in);
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
            remember(bytes, offset, count);
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

    /** To be called at the end of the content. */
    void requireSync() throws IOException {
        findSync();
        if (!Arrays.equals(sync, last)) {
            throw new EOFException("it breaks off before its end");
        }
    }

    private void remember(byte[] bytes, int offset, int count) {
        int keep = Math.min(count, SYNC_SIZE);
        System.arraycopy(last, keep, last, 0, SYNC_SIZE - keep);
        System.arraycopy(bytes, offset + count - keep, last, SYNC_SIZE - keep, keep);
        if (head != null && head.size() < LONGEST_HEADER) {
            head.write(bytes, offset, count);
            findSyncQuietly();
        }
    }

    private void findSyncQuietly() {
        try {
            findSync();
        } catch (IOException ignored) {
            // The header is not whole yet.
        }
    }

    private void findSync() throws IOException {
        if (sync != null) {
            return;
        }
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(head.toByteArray(), null);
        decoder.skipFixed(MAGIC_SIZE);
        for (long entries = decoder.readMapStart(); entries != 0; entries = decoder.mapNext()) {
            for (long entry = 0; entry < entries; entry++) {
                decoder.skipString();
                decoder.skipBytes();
            }
        }
        byte[] found = new byte[SYNC_SIZE];
        decoder.readFixed(found);
        sync = found;
        head = null;
    }
}
