package io.hybridingest.kafka;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Content whose own failures can be told from those of what it holds: a disk that cannot be read is no reason to call a
 * FlowFile unreadable. For one thread.
 */
final class ContentGuard extends FilterInputStream {
    private RuntimeException failure;

    ContentGuard(InputStream content) {
        super(content);
    }

    /** To be called before an exception is taken for the fault of what the content holds. */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException | RuntimeException e) {
            throw noted(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            throw noted(e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        try {
            return super.skip(count);
        } catch (IOException | RuntimeException e) {
            throw noted(e);
        }
    }

    private RuntimeException noted(Exception e) {
        failure = e instanceof RuntimeException unchecked
                ? unchecked
                : new UncheckedIOException("The content cannot be read: " + e.getMessage(), (IOException) e);
        return failure;
    }
}
