package io.hybridingest.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The child processes of one sandbox. Each is written down in the run directory, ends when this object closes or the
 * JVM shuts down (Ctrl-C too), and carries a mark in its environment that everything it starts inherits. So also what
 * a killed JVM left behind, and what such a process started, is found again and ended by the next start or by
 * {@code make down}. Thread-safe.
 */
public final class Processes implements AutoCloseable {
    /** Environment variable of every process of a sandbox: the sandbox's run directory. */
    static final String MARK = "HYBRID_INGEST_SANDBOX";

    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Path runDirectory;
    private final Map<String, ChildProcess> children = new LinkedHashMap<>();
    /** Whether the processes have been ended, or are not this object's to end any more. */
    private boolean released;

    private final Thread hook = new Thread(this::endAll, "end-child-processes");

    private Processes(Path runDirectory) {
        this.runDirectory = runDirectory;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The processes written down in a directory; ends those whose owner is gone. */
    public static Processes in(Path runDirectory) {
        Path directory = runDirectory.toAbsolutePath().normalize();
        for (ProcessRecord recorded : ProcessRecord.readAll(directory)) {
            if (recorded.isAbandoned()) {
                end(directory, recorded);
            }
        }
        return new Processes(directory);
    }

    /** Starts a program. It takes no input and does not see the terminal's Ctrl-C: this object ends it. */
    public synchronized ChildProcess start(Launch launch) {
        if (released) {
            throw new SandboxException("Cannot start %s: this sandbox is closed".formatted(launch.name()));
        }
        ChildProcess running = children.get(launch.name());
        if (running != null && running.isAlive()) {
            throw new SandboxException(launch.name() + " runs already, as process " + running.pid());
        }
        List<String> command = new ArrayList<>(detachedFromTerminal());
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(launch.workingDirectory().toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().putAll(launch.environment());
        builder.environment().put(MARK, runDirectory.toString());
        try {
            Files.createDirectories(launch.log().toAbsolutePath().getParent());
            ChildProcess child = ChildProcess.started(launch.name(), builder.start(), launch.log());
            ProcessRecord.of(launch.name(), child.handle(), launch.log()).write(runDirectory);
            children.put(launch.name(), child);
            return child;
        } catch (IOException failure) {
            throw new SandboxException("Cannot start %s: %s".formatted(launch.name(), failure.getMessage()), failure);
        }
    }

    /** Ends a process and what it started, gently first, and forgets it. */
    public void stop(ChildProcess child) {
        child.stop(GRACE);
        forget(child);
    }

    /** Ends this one process at once (SIGKILL) and forgets it; what it started lives on until this object closes. */
    public void kill(ChildProcess child) {
        child.kill();
        forget(child);
    }

    private synchronized void forget(ChildProcess child) {
        children.remove(child.name(), child);
        recordOf(child).ifPresent(recorded -> recorded.delete(runDirectory));
    }

    private Optional<ProcessRecord> recordOf(ChildProcess child) {
        return ProcessRecord.readAll(runDirectory).stream()
                .filter(recorded -> recorded.pid() == child.pid())
                .findFirst();
    }

    /** From here on the processes outlive this JVM; {@link #endEverything} ends them. */
    public synchronized void leaveRunning() {
        for (ChildProcess child : children.values()) {
            recordOf(child).ifPresent(recorded -> recorded.withoutOwner().write(runDirectory));
        }
        children.clear();
        released = true;
        removeHook();
    }

    /** Ends every process, the last started first, and whatever they started that is still there. */
    @Override
    public void close() {
        endAll();
        removeHook();
    }

    private synchronized void endAll() {
        if (released) {
            return;
        }
        released = true;
        new ArrayList<>(children.values()).reversed().forEach(this::stop);
        Marked.by(runDirectory).forEach(Processes::endByForce);
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM shuts down: the hook runs or has run.
        }
    }

    /**
     * Ends everything that ever ran under a run directory and still does, whoever started it. For the holder of the
     * sandbox's lock.
     *
     * @return what was ended, one name each
     */
    public static List<String> endEverything(Path runDirectory) {
        Path directory = runDirectory.toAbsolutePath().normalize();
        List<String> ended = new ArrayList<>();
        for (ProcessRecord recorded : ProcessRecord.readAll(directory).reversed()) {
            if (end(directory, recorded)) {
                ended.add("%s (process %d)".formatted(recorded.name(), recorded.pid()));
            }
        }
        for (ProcessHandle process : Marked.by(directory)) {
            ended.add("%s (process %d)".formatted(process.info().command().orElse("a child"), process.pid()));
            endByForce(process);
        }
        return ended;
    }

    private static boolean end(Path runDirectory, ProcessRecord recorded) {
        Optional<ProcessHandle> process = recorded.process();
        process.ifPresent(handle -> ChildProcess.found(recorded.name(), handle, Path.of(recorded.log()))
                .stop(GRACE));
        recorded.delete(runDirectory);
        return process.isPresent();
    }

    private static void endByForce(ProcessHandle process) {
        process.destroyForcibly();
        ChildProcess.awaitEnd(process, Duration.ofSeconds(10));
    }

    /** A session of its own where the system has the program for it, else at least deaf to the terminal's end. */
    private static List<String> detachedFromTerminal() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, "setsid"))) {
                return List.of("setsid");
            }
        }
        return List.of("nohup");
    }
}
