package io.hybridingest.job.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.local.LocalConfigKeys;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.SparkConf;

/**
 * Hadoop's local file system without the processes that it starts.
 *
 * <p>Without Hadoop's native library, which a Spark from PyPI does not bring, Hadoop runs {@code chmod} for every file and directory
 * that it makes and {@code readlink} for what it renames: 50 processes for a micro-batch, each of some milliseconds. Java can do
 * both itself. Files, their permissions and their checksums are the same.
 */
public final class LocalFiles extends LocalFileSystem {
    private static final String FILE_SYSTEM_KEY = "spark.hadoop.fs.file.impl";
    private static final String FILE_CONTEXT_KEY = "spark.hadoop.fs.AbstractFileSystem.file.impl";
    private static final String HADOOP_PREFIX = "spark.hadoop.";

    /** The constructor that Hadoop looks for. */
    public LocalFiles() {
        super(new Raw());
    }

    /**
     * Lets Spark read and write local files by this class, where it runs in this process alone and the conf has no file system
     * of its own for them. Executors in other processes would need the job's JAR before they can fetch it.
     */
    public static void use(SparkConf conf) {
        boolean inThisProcess = conf.get("spark.master", "").matches("local(\\[.*])?");
        if (!inThisProcess || conf.contains(FILE_SYSTEM_KEY) || conf.contains(FILE_CONTEXT_KEY)) {
            return;
        }
        conf.set(FILE_SYSTEM_KEY, LocalFiles.class.getName());
        conf.set(FILE_CONTEXT_KEY, Context.class.getName());
        try {
            replaceShared();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hadoop keeps one file system for all of a process, and spark-submit has made it already. */
    private static void replaceShared() throws IOException {
        Configuration hadoop = new Configuration();
        hadoop.set(FILE_SYSTEM_KEY.substring(HADOOP_PREFIX.length()), LocalFiles.class.getName());
        FileSystem shared = FileSystem.get(FsConstants.LOCAL_FS_URI, hadoop);
        if (!(shared instanceof LocalFiles)) {
            // A closed one is forgotten; who still holds it can go on using it.
            shared.close();
            FileSystem.get(FsConstants.LOCAL_FS_URI, hadoop);
        }
    }

    /** The same for Hadoop's other interface, by which Spark writes checkpoints. */
    public static final class Context extends ChecksumFs {
        /** The constructor that Hadoop looks for. */
        public Context(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
            super(new RawContext(hadoop));
        }
    }

    private static final class RawContext extends DelegateToFileSystem {
        RawContext(Configuration hadoop) throws IOException, URISyntaxException {
            super(FsConstants.LOCAL_FS_URI, new Raw(), hadoop, FsConstants.LOCAL_FS_URI.getScheme(), false);
        }

        @Override
        public int getUriDefaultPort() {
            return -1;
        }

        @Override
        public FsServerDefaults getServerDefaults(org.apache.hadoop.fs.Path path) throws IOException {
            return LocalConfigKeys.getServerDefaults();
        }

        @Override
        @Deprecated
        public FsServerDefaults getServerDefaults() throws IOException {
            return LocalConfigKeys.getServerDefaults();
        }

        @Override
        public boolean isValidName(String name) {
            return true;
        }
    }

    private static final class Raw extends RawLocalFileSystem {
        private static final int STICKY_BIT = 01000;

        private static final Map<PosixFilePermission, Integer> BITS = Map.of(
                PosixFilePermission.OWNER_READ, 0400,
                PosixFilePermission.OWNER_WRITE, 0200,
                PosixFilePermission.OWNER_EXECUTE, 0100,
                PosixFilePermission.GROUP_READ, 0040,
                PosixFilePermission.GROUP_WRITE, 0020,
                PosixFilePermission.GROUP_EXECUTE, 0010,
                PosixFilePermission.OTHERS_READ, 0004,
                PosixFilePermission.OTHERS_WRITE, 0002,
                PosixFilePermission.OTHERS_EXECUTE, 0001);

        @Override
        public void setPermission(org.apache.hadoop.fs.Path path, FsPermission permission) throws IOException {
            int mode = permission.toShort();
            Path file = pathToFile(path).toPath();
            if ((mode & STICKY_BIT) != 0
                    || !file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                super.setPermission(path, permission);
                return;
            }
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            BITS.forEach((one, bit) -> {
                if ((mode & bit) != 0) {
                    permissions.add(one);
                }
            });
            Files.setPosixFilePermissions(file, permissions);
        }

        @Override
        public FileStatus getFileLinkStatus(org.apache.hadoop.fs.Path path) throws IOException {
            boolean isLink = Files.isSymbolicLink(pathToFile(path).toPath());
            return isLink ? super.getFileLinkStatus(path) : getFileStatus(path);
        }
    }
}
