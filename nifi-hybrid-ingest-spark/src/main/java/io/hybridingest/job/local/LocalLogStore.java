package io.hybridingest.job.local;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/**
 * Writes Delta's log on a local file system so that of two drivers that write the same version one fails.
 *
 * <p>Delta's own stores look whether the file is there and then rename; between the two another process may do the same, and
 * its commit is overwritten. Here the commit appears by a hard link, which the operating system makes only where nothing is.
 * Other file systems keep the stores that Delta has for them.
 */
public final class LocalLogStore extends HadoopFileSystemLogStore {
    /** Conf key that gives the store of paths on a local file system. */
    public static final String CONF_KEY = "spark.delta.logStore.file.impl";

    /** The constructor that Delta looks for. */
    public LocalLogStore(Configuration hadoop) {
        super(hadoop);
    }

    /**
     * Writes a file of the log.
     *
     * @throws java.nio.file.FileAlreadyExistsException where there is one and it must not be overwritten
     */
    @Override
    public void write(org.apache.hadoop.fs.Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
            throws IOException {
        Path target = Path.of(path.toUri().getPath());
        Path written = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            writeAll(written, actions);
            if (overwrite) {
                Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                // One that Hadoop wrote would be about the content before.
                Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
            } else {
                link(target, written);
            }
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void link(Path target, Path written) throws IOException {
        try {
            Files.createLink(target, written);
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    "The file system of %s has no hard links, and so cannot keep two writers apart. Put the table on another one."
                            .formatted(target),
                    e);
        }
    }

    private static void writeAll(Path file, Iterator<String> lines) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            lines.forEachRemaining(line -> writeLine(channel, line));
            channel.force(true);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void writeLine(FileChannel channel, String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Boolean isPartialWriteVisible(org.apache.hadoop.fs.Path path, Configuration hadoop) {
        return false;
    }
}
