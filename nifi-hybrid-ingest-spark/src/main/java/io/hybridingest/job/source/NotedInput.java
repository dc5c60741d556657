package io.hybridingest.job.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.file.SeekableInput;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file for Avro that remembers whether the file system failed: only then is a reader's exception not about the file's
 * content.
 */
final class NotedInput implements SeekableInput {
    private final Path path;
    private final FSDataInputStream in;
    private final long length;
    private IOException failure;

    private NotedInput(Path path, FSDataInputStream in, long length) {
        this.path = path;
        this.in = in;
        this.length = length;
    }

    static NotedInput open(Path path, Configuration hadoop) throws IOException {
        FileSystem files = path.getFileSystem(hadoop);
        return new NotedInput(path, files.open(path), files.getFileStatus(path).getLen());
    }

    @Override
    public void seek(long position) throws IOException {
        try {
            in.seek(position);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public long tell() throws IOException {
        return in.getPos();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        try {
            return in.read(bytes, offset, count);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    /** A wrong checksum is about the content. */
    private IOException noted(IOException e) {
        if (!(e instanceof ChecksumException)) {
            failure = e;
        }
        return e;
    }

    void rethrowFailure() {
        if (failure != null) {
            throw new UncheckedIOException("Cannot read " + path, failure);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException ignored) {
            // Everything that is needed has been read.
        }
    }
}
