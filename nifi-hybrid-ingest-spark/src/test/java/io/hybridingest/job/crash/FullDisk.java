package io.hybridingest.job.crash;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options.ChecksumOpt;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A local disk that is full on demand: files can be made, and nothing can be written into them. It is full for files whose paths hold the text that
 * a certain file has, as long as there is that file.
 */
public final class FullDisk extends LocalFileSystem {
    /** What the operating system says. */
    private static final String MESSAGE = "No space left on device";

    private static final String TELLING = "hybridingest.full-disk";

    /**
     * Has Spark use it for everything that it writes through Hadoop.
     *
     * @param telling the file that says what the disk is full for
     * @return Spark conf
     */
    public static Map<String, String> conf(java.nio.file.Path telling) {
        return Map.of(
                "spark.hadoop.fs.file.impl",
                FullDisk.class.getName(),
                "spark.hadoop.fs.file.impl.disable.cache",
                "true",
                "spark.hadoop.fs.AbstractFileSystem.file.impl",
                Context.class.getName(),
                "spark.hadoop." + TELLING,
                telling.toString());
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        return limited(file, super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    protected FSDataOutputStream primitiveCreate(
            Path file,
            FsPermission permission,
            EnumSet<CreateFlag> flags,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress,
            ChecksumOpt checksum)
            throws IOException {
        return limited(
                file,
                super.primitiveCreate(file, permission, flags, bufferSize, replication, blockSize, progress, checksum));
    }

    private FSDataOutputStream limited(Path file, FSDataOutputStream out) throws IOException {
        try {
            String full = Files.readString(java.nio.file.Path.of(getConf().get(TELLING)));
            return file.toString().contains(full) ? new FSDataOutputStream(new Full(out), null) : out;
        } catch (NoSuchFileException hasRoom) {
            return out;
        }
    }

    private static final class Full extends FilterOutputStream {
        private Full(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            throw new IOException(MESSAGE);
        }
    }

    /** The same for Hadoop's other interface, through which Spark writes checkpoints. */
    public static final class Context extends DelegateToFileSystem {
        /** The constructor that Hadoop looks for. */
        public Context(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
            super(uri, new FullDisk(), hadoop, "file", false);
        }
    }
}
