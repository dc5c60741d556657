package io.hybridingest.record;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Watches JSON go by on its way to somebody else's reader. NiFi's JSON readers take a value that is no object for nothing where a record is
 * expected, and drop it, with the object after it, without a word. Here that is an error, once the reader has come to its end. Content of
 * other formats passes unwatched from the first byte on that is no JSON. Not safe for several threads.
 *
 * <p>Going back to a mark is as possible as in the content itself: readers that infer the schema read everything twice. It is watched once.
 */
final class JsonFraming extends FilterInputStream {
    private static final int LONGEST_SPACE = 64;
    private static final int BUFFER = 8192;

    private final JsonValues values = new JsonValues();
    private long position;
    private long marked;
    private long watched;
    private boolean ended;

    JsonFraming(InputStream content) {
        super(content);
    }

    /**
     * Whether content begins as JSON may.
     *
     * @param in at its first byte, and left there; has to support mark and reset
     */
    static boolean mayBeginIn(InputStream in) throws IOException {
        in.mark(LONGEST_SPACE);
        byte[] first = in.readNBytes(LONGEST_SPACE);
        in.reset();
        JsonValues values = new JsonValues();
        int at = 0;
        while (at < first.length && (JsonGrammar.isSpace(first[at]) || first[at] < 0 && at < 3)) {
            at++;
        }
        values.follow(first, 0, Math.min(at + 1, first.length));
        return !values.isStopped();
    }

    /**
     * To be told when the reader says that there are no more records; reads what it left.
     *
     * @param delivered number of records that it gave
     * @throws PassedOverException where it passed over something
     */
    void requireEnd(long delivered) throws IOException {
        while (!ended && !values.isStopped()) {
            skip(BUFFER);
        }
        boolean readAsJson = delivered == 0 || values.objects() > 0;
        if (readAsJson && values.isWhole() && values.passedOver() > 0) {
            throw new PassedOverException(values.passedOver(), values.firstPassedOver(), values.objectsBefore());
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
        if (count < 0) {
            ended = true;
            return count;
        }
        position += count;
        if (position > watched && !values.isStopped()) {
            int unwatched = (int) Math.min(count, position - watched);
            values.follow(bytes, offset + count - unwatched, offset + count);
            watched = position;
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        if (values.isStopped()) {
            return super.skip(count);
        }
        return count <= 0 ? 0 : Math.max(0, read(new byte[(int) Math.min(count, BUFFER)]));
    }

    @Override
    public void mark(int limit) {
        super.mark(limit);
        marked = position;
    }

    @Override
    public void reset() throws IOException {
        super.reset();
        position = marked;
    }
}
