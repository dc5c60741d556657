package io.hybridingest.launch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The directory of one launch: the only thing that the launcher and the driver share. Holds no state of its own, so any
 * number of instances may look at one directory, from any process.
 *
 * @param path absolute path of the directory
 */
public record RunDirectory(Path path) {
    private static final int LOG_TAIL_BYTES = 32 * 1024;

    /** A driver's log takes at most three times this, and what the driver writes between two looks. */
    static final long LOG_LIMIT_BYTES = 64L * 1024 * 1024;

    public RunDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /** Complete lines of the progress file, and where to read on. */
    public record Progress(List<String> lines, long offset) {
        public Progress {
            lines = List.copyOf(lines);
        }
    }

    /** Makes the directory, readable by its owner alone. */
    static RunDirectory create(Path workingDirectory, String launchId) throws IOException {
        Files.createDirectories(workingDirectory);
        Path path = workingDirectory.resolve(launchId);
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new RunDirectory(path);
    }

    String launchId() {
        return Objects.requireNonNull(path.getFileName(), "launch id").toString();
    }

    Path propertiesFile() {
        return path.resolve("spark.properties");
    }

    Path pipelineFile() {
        return path.resolve("pipeline.json");
    }

    /** Standard output and error of the driver. */
    public Path driverLog() {
        return path.resolve("driver.log");
    }

    private Path stopFile() {
        return path.resolve("stop");
    }

    /** What was asked for; empty where nothing complete was written. */
    Optional<RunRequest> request() throws IOException {
        return JsonFile.read(path.resolve("request.json"))
                .filter(json -> json.hasNonNull("launchId")
                        && json.hasNonNull("processorId")
                        && json.hasNonNull("application")
                        && JsonFile.instant(json, "launchedAt") != null)
                .map(RunRequest::of);
    }

    void write(RunRequest request) throws IOException {
        JsonFile.replace(path.resolve("request.json"), request.toJson());
    }

    /** What the driver last said; empty where it said nothing yet. */
    Optional<RunStatus> status() throws IOException {
        Optional<RunStatus> status = JsonFile.read(statusFile()).flatMap(RunStatus::of);
        if (status.isEmpty() || status.get().errorMessage() == null) {
            return status;
        }
        return Optional.of(status.get().redacted(redaction()));
    }

    /** Changes when the driver writes its status. */
    FileStamp statusStamp() {
        return FileStamp.of(statusFile());
    }

    private Path statusFile() {
        return path.resolve("status.json");
    }

    /** Asks the application to end after its current micro-batch. Asking again changes nothing. */
    void askToStop() throws IOException {
        try {
            Files.createFile(stopFile());
        } catch (FileAlreadyExistsException alreadyAsked) {
            return;
        }
    }

    boolean stopAsked() {
        return Files.exists(stopFile());
    }

    /** Writes the conf to a file of NiFi's user alone. */
    void writeProperties(Map<String, String> conf) throws IOException {
        writePrivately(propertiesFile(), SparkConf.format(conf));
    }

    /** Writes secrets that are not in the conf, so that whoever reads what the driver printed can take them out. */
    void writeSecrets(Collection<String> secrets) throws IOException {
        if (!secrets.isEmpty()) {
            ArrayNode values = JsonNodeFactory.instance.arrayNode();
            secrets.forEach(values::add);
            writePrivately(secretsFile(), values.toString());
        }
    }

    private Path secretsFile() {
        return path.resolve("secrets.json");
    }

    /** Not even for an instant could anybody else read it. */
    private static void writePrivately(Path target, String text) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(
                target,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }
    }

    private Redaction redaction() throws IOException {
        List<String> others = new ArrayList<>();
        JsonFile.read(secretsFile()).ifPresent(values -> values.forEach(value -> others.add(value.asText())));
        return Redaction.of(properties(), others);
    }

    Map<String, String> properties() throws IOException {
        return SparkConf.read(propertiesFile());
    }

    /** How much progress there is, in bytes; 0 before the first. */
    long progressSize() throws IOException {
        Path file = path.resolve("progress.jsonl");
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /**
     * The progress lines after an offset. A line the driver is still writing is left for the next reading.
     *
     * @param offset in bytes, 0 for the start; beyond the end of the file nothing is read
     */
    Progress progressFrom(long offset) throws IOException {
        Path file = path.resolve("progress.jsonl");
        if (!Files.exists(file)) {
            return new Progress(List.of(), offset);
        }
        byte[] bytes = bytesFrom(file, offset);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        List<String> lines = new String(bytes, 0, end, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return new Progress(lines, offset + end);
    }

    /**
     * The end of the driver's log, at most 32 KiB, from the start of a line and without secrets; empty where there is no log.
     */
    String logTail() throws IOException {
        String newest = tail(driverLog(), LOG_TAIL_BYTES);
        int room = LOG_TAIL_BYTES - newest.getBytes(StandardCharsets.UTF_8).length;
        boolean whole = !Files.exists(driverLog()) || Files.size(driverLog()) < LOG_TAIL_BYTES;
        String text = whole && room > 0 ? tail(earlierLog(), room) + newest : newest;
        return redaction().apply(text);
    }

    private static String tail(Path file, int bytes) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        long from = Math.max(0, Files.size(file) - bytes);
        String tail = new String(bytesFrom(file, from), StandardCharsets.UTF_8);
        return from == 0 ? tail : tail.substring(tail.indexOf('\n') + 1);
    }

    /** Where the end of the log is kept when it is cut. */
    Path earlierLog() {
        return path.resolve("driver.log.1");
    }

    /**
     * Cuts the driver's log where it has outgrown the limit: its end moves to {@link #earlierLog} and the driver goes on with an
     * empty file. The driver writes by itself, whether NiFi lives or not; so what it writes in the very instant of the cut may be
     * missing.
     */
    void cutLog(long limit) throws IOException {
        Path file = driverLog();
        if (!Files.exists(file) || Files.size(file) <= limit) {
            return;
        }
        Path draft = path.resolve(".driver.log.draft");
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel kept = FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long copied = log.size() - limit;
            long last = log.size() + limit;
            // What the driver writes meanwhile is copied too, until nothing new is found or the driver is too fast.
            while (copied < Math.min(log.size(), last)) {
                long end = Math.min(log.size(), last);
                while (copied < end) {
                    copied += log.transferTo(copied, end - copied, kept);
                }
            }
            log.truncate(0);
        }
        Files.move(draft, earlierLog(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void cutLog() throws IOException {
        cutLog(LOG_LIMIT_BYTES);
    }

    private static byte[] bytesFrom(Path file, long offset) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long length = Math.max(0, in.length() - offset);
            byte[] bytes = new byte[Math.toIntExact(Math.min(length, Integer.MAX_VALUE / 4))];
            in.seek(Math.min(offset, in.length()));
            in.readFully(bytes);
            return bytes;
        }
    }
}
