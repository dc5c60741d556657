package io.hybridingest.job.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Content of a file that nothing could read as records.
 *
 * @param id hash of the whole content, as {@code IngestId.ofContent} makes it
 * @param length bytes
 * @param kept the content where it is small enough to be a table's value, else its beginning
 */
record FileContent(String id, long length, byte[] kept) {
    /** What a row of the quarantine table may weigh; larger files stay in the landing zone alone. */
    static final int KEPT_BYTES = 16 * 1024 * 1024;

    private static final int BEGINNING_BYTES = 64 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int ID_BYTES = 16;

    static FileContent read(Path path, Configuration hadoop) {
        try (InputStream file = path.getFileSystem(hadoop).open(path);
                DigestInputStream in = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            byte[] head = in.readNBytes(KEPT_BYTES);
            long rest = drain(in);
            String id = HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, ID_BYTES);
            byte[] kept = rest == 0 ? head : Arrays.copyOf(head, BEGINNING_BYTES);
            return new FileContent(id, head.length + rest, kept);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long drained = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            drained += read;
        }
        return drained;
    }

    /** Closes what has been read to the end, or is given up. */
    static void closeQuietly(AutoCloseable input) {
        try {
            input.close();
        } catch (Exception ignored) {
            // Everything that is needed has been read.
        }
    }

    boolean isWhole() {
        return length == kept.length;
    }
}
