package io.hybridingest.record;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Tells content that is broken from content that cannot be had: a failing disk must not pass for a malformed file. Record Readers wrap
 * whatever their stream throws, so that it is noted here, before they see it.
 */
final class SourceGuard extends FilterInputStream {
    private IOException ioFailure;
    private RuntimeException failure;

    SourceGuard(InputStream in) {
        super(in);
    }

    /** Throws what the source threw, if it did: the content may be all right, and reading it again may help. */
    void rethrow() {
        if (failure != null) {
            throw failure;
        }
        if (ioFailure != null) {
            throw new UncheckedIOException("The content could not be fetched: " + ioFailure.getMessage(), ioFailure);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw noted(e);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            throw noted(e);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private IOException noted(IOException e) {
        ioFailure = e;
        return e;
    }
}
