package io.hybridingest.job.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;

/** Remembers whether the file system failed: only then is a reader's exception not about the file's content. */
final class NotedStream extends FilterInputStream {
    private IOException failure;

    NotedStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    private IOException noted(IOException e) {
        if (!(e instanceof ChecksumException)) {
            failure = e;
        }
        return e;
    }

    void rethrowFailure(Path path) {
        if (failure != null) {
            throw new UncheckedIOException("Cannot read " + path, failure);
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException ignored) {
            // Everything that is needed has been read.
        }
    }
}
