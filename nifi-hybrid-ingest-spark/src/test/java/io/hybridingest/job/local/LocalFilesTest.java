package io.hybridingest.job.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalFilesTest {
    private static final String FILE_SYSTEM = "fs.file.impl";
    private static final String FILE_CONTEXT = "fs.AbstractFileSystem.file.impl";

    @TempDir
    private Path home;

    /** So that the next test begins as a process does that spark-submit made. */
    @AfterEach
    void forget() throws IOException {
        FileSystem.closeAll();
    }

    @Test
    void startsNoProcess() throws Exception {
        SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
        LocalFiles.use(conf);

        List<String> started = commandsDuring(() -> {
            writeByFileSystem(FileSystem.get(FsConstants.LOCAL_FS_URI, hadoop(conf)));
            writeByFileContext(FileContext.getLocalFSFileContext(hadoop(conf)));
        });

        assertThat(started).isEmpty();
    }

    @Test
    void makesTheFilesThatHadoopMakes() throws Exception {
        Configuration hadoop = new Configuration();
        writeByFileSystem(FileSystem.newInstance(FsConstants.LOCAL_FS_URI, hadoop));
        writeByFileContext(FileContext.getLocalFSFileContext(hadoop));
        List<String> expected = describe();
        try (Stream<Path> files = Files.list(home)) {
            files.forEach(LocalFilesTest::deleteAll);
        }
        SparkConf conf = new SparkConf(false).set("spark.master", "local[2]");
        LocalFiles.use(conf);

        writeByFileSystem(FileSystem.get(FsConstants.LOCAL_FS_URI, hadoop(conf)));
        writeByFileContext(FileContext.getLocalFSFileContext(hadoop(conf)));

        assertThat(expected).hasSizeGreaterThan(6);
        assertThat(describe()).isEqualTo(expected);
    }

    @Test
    void takesThePlaceOfTheOneThatTheProcessSharesAlready() throws IOException {
        FileSystem before = FileSystem.get(FsConstants.LOCAL_FS_URI, new Configuration());

        LocalFiles.use(new SparkConf(false).set("spark.master", "local[*]"));

        assertThat(before).isExactlyInstanceOf(LocalFileSystem.class);
        assertThat(FileSystem.get(FsConstants.LOCAL_FS_URI, new Configuration()))
                .isInstanceOf(LocalFiles.class);
    }

    @Test
    void tellsALinkAndWhatIsNotThere() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        Path link = Files.createSymbolicLink(home.resolve("link"), file);
        try (FileSystem files = new LocalFiles()) {
            files.initialize(FsConstants.LOCAL_FS_URI, new Configuration());
            FileSystem raw = ((LocalFiles) files).getRaw();

            // Hadoop finds a link only by a path without a scheme.
            assertThat(raw.getFileLinkStatus(new org.apache.hadoop.fs.Path(link.toString()))
                            .isSymlink())
                    .isTrue();
            assertThat(raw.getFileLinkStatus(hadoopPath(file)).isFile()).isTrue();
            assertThatThrownBy(() -> raw.getFileLinkStatus(hadoopPath(home.resolve("none"))))
                    .isInstanceOf(FileNotFoundException.class);
            assertThatThrownBy(() -> raw.setPermission(hadoopPath(home.resolve("none")), new FsPermission("600")))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-cluster[2,1,1024]", "spark://127.0.0.1:7077", "yarn"})
    void leavesExecutorsInOtherProcessesAlone(String master) {
        SparkConf conf = new SparkConf(false).set("spark.master", master);

        LocalFiles.use(conf);

        assertThat(conf.contains("spark.hadoop." + FILE_SYSTEM)).isFalse();
        assertThat(conf.contains("spark.hadoop." + FILE_CONTEXT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE_SYSTEM, FILE_CONTEXT})
    void leavesAFileSystemOfTheConfAlone(String key) {
        SparkConf conf = new SparkConf(false).set("spark.master", "local").set("spark.hadoop." + key, "their.Own");

        LocalFiles.use(conf);

        assertThat(conf.get("spark.hadoop." + key)).isEqualTo("their.Own");
        assertThat(conf.getAllWithPrefix("spark.hadoop.fs.")).hasSize(1);
    }

    private void writeByFileSystem(FileSystem files) throws IOException {
        org.apache.hadoop.fs.Path directory = hadoopPath(home.resolve("table/day=1"));
        files.mkdirs(directory);
        org.apache.hadoop.fs.Path written = new org.apache.hadoop.fs.Path(directory, "_temporary");
        write(files.create(written, true));
        files.rename(written, new org.apache.hadoop.fs.Path(directory, "part-0"));
        write(files.create(new org.apache.hadoop.fs.Path(directory, "part-1"), false));
        files.setPermission(new org.apache.hadoop.fs.Path(directory, "part-1"), new FsPermission("640"));
    }

    private void writeByFileContext(FileContext files) throws IOException {
        org.apache.hadoop.fs.Path directory = hadoopPath(home.resolve("checkpoint/offsets"));
        files.mkdir(directory, FsPermission.getDirDefault(), true);
        org.apache.hadoop.fs.Path written = new org.apache.hadoop.fs.Path(directory, ".0.tmp");
        for (Options.Rename how : List.of(Options.Rename.NONE, Options.Rename.OVERWRITE)) {
            write(files.create(written, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE)));
            files.rename(written, new org.apache.hadoop.fs.Path(directory, "0"), how);
        }
    }

    private static void write(OutputStream opened) throws IOException {
        try (OutputStream stream = opened) {
            stream.write("content".getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Every file and directory with its permissions and size. */
    private List<String> describe() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> !file.equals(home))
                    .sorted()
                    .map(this::describe)
                    .toList();
        }
    }

    private String describe(Path file) {
        try {
            return home.relativize(file)
                    + " "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + (Files.isDirectory(file) ? "" : " " + Files.size(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void deleteAll(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> commandsDuring(Work work) throws Exception {
        Path events = Files.createTempFile("processes", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ProcessStart");
            recording.start();
            work.run();
            recording.stop();
            recording.dump(events);
            List<RecordedEvent> started = RecordingFile.readAllEvents(events);
            return started.stream().map(event -> event.getString("command")).toList();
        } finally {
            Files.delete(events);
        }
    }

    private static Configuration hadoop(SparkConf conf) {
        Configuration hadoop = new Configuration();
        hadoop.set(FILE_SYSTEM, conf.get("spark.hadoop." + FILE_SYSTEM));
        hadoop.set(FILE_CONTEXT, conf.get("spark.hadoop." + FILE_CONTEXT));
        return hadoop;
    }

    private static org.apache.hadoop.fs.Path hadoopPath(Path path) {
        return new org.apache.hadoop.fs.Path(path.toUri());
    }

    private interface Work {
        void run() throws Exception;
    }
}
