package io.hybridingest.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A real NiFi as a child process on 127.0.0.1, with this project's NAR, in a directory of its own. Its address stays
 * the same over {@link #kill} and {@link #restart}, and what it knows (flow, state, queues) comes back. Runs on the JDK
 * of this process. Not thread-safe: one owner starts and stops it; {@link #api} may be used by anyone.
 */
public final class Nifi implements AutoCloseable {
    /** Heap of a NiFi of which nothing else was said, in MiB. */
    static final int USUAL_HEAP = 1024;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Processes processes;
    private final Path directory;
    private final Path log;
    private final int port;
    private final int heapMebibytes;

    /** Of NiFi's own small management server, whose default port only one NiFi of a machine can have. */
    private final int managementPort = Ports.free();

    private final boolean ownsProcesses;
    private final NifiApi api;
    private ChildProcess process;

    private Nifi(Processes processes, Path directory, Path log, int port, int heapMebibytes, boolean ownsProcesses) {
        this.processes = processes;
        this.directory = directory;
        this.log = log;
        this.port = port;
        this.heapMebibytes = heapMebibytes;
        this.ownsProcesses = ownsProcesses;
        this.api = new NifiApi(URI.create("http://127.0.0.1:" + port + "/nifi-api"));
    }

    /**
     * Starts a NiFi with this project's NAR on a free port and waits until it answers.
     *
     * @param directory takes all its files; an instance that ran there before finds its flow again
     */
    public static Nifi start(Path directory) {
        Path absolute = directory.toAbsolutePath();
        Processes processes = Processes.in(absolute.resolve("run"));
        return start(new Nifi(processes, absolute, absolute.resolve("nifi.log"), Ports.free(), USUAL_HEAP, true));
    }

    static Nifi start(Processes processes, Path directory, Path log, int port, int heapMebibytes) {
        return start(new Nifi(processes, directory.toAbsolutePath(), log, port, heapMebibytes, false));
    }

    private static Nifi start(Nifi nifi) {
        try {
            Layout layout = Layout.ofBuild();
            new NifiDirectory(nifi.directory).assemble(nifi.port, layout.nifiLibrary(), List.of(layout.nar()));
            nifi.launch();
            return nifi;
        } catch (RuntimeException failure) {
            nifi.close();
            throw failure;
        }
    }

    /** The REST API. */
    public NifiApi api() {
        return api;
    }

    /** The canvas, for a browser. */
    public URI canvas() {
        return URI.create("http://127.0.0.1:" + port + "/nifi/");
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Process id of the running NiFi. */
    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    public Path directory() {
        return directory;
    }

    /**
     * Ends NiFi at once, as a power cut would (SIGKILL). The Spark drivers that it started live on. A change of the flow
     * that is younger than half a second may not have been written down yet, and is forgotten then.
     */
    public void kill() {
        processes.kill(process);
    }

    /** Ends NiFi gently, and the drivers that its processors did not end. */
    public void stop() {
        processes.stop(process);
    }

    /** Starts NiFi again at the same address, over the same flow and queues, and waits until it answers. */
    public void restart() {
        if (isAlive()) {
            stop();
        }
        launch();
    }

    @Override
    public void close() {
        if (isAlive()) {
            stop();
        }
        if (ownsProcesses) {
            processes.close();
        }
    }

    private void launch() {
        process = processes.start(new Launch("nifi", command(), Ports.SPARK_ON_LOOPBACK, directory, log));
        process.awaitReady(
                "NiFi to answer on " + canvas(), PATIENCE, () -> !api.version().isEmpty());
    }

    private List<String> command() {
        Path conf = new NifiDirectory(directory).conf();
        String jars = Layout.files(Layout.ofBuild().nifiLibrary(), ".jar").stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xms%dm".formatted(Math.min(256, heapMebibytes)),
                "-Xmx%dm".formatted(heapMebibytes),
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporaryDirectory(),
                "-Dnifi.properties.file.path=" + new NifiDirectory(directory).properties(),
                "-Dorg.apache.nifi.bootstrap.config.log.dir=" + log.getParent(),
                "-Dorg.apache.nifi.management.server.address=127.0.0.1:" + managementPort));
        command.addAll(List.of("-cp", conf + File.pathSeparator + jars, "org.apache.nifi.NiFi"));
        return command;
    }

    private Path temporaryDirectory() {
        try {
            return Files.createDirectories(directory.resolve("work").resolve("tmp"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
