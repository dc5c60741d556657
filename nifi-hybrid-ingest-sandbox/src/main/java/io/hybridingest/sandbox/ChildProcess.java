package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A program that this process started, with its log. Thread-safe. Ended through {@link Processes} or by itself. */
public final class ChildProcess {
    private static final int LAST_LINES = 30;
    private static final int TAIL_BYTES = 16 * 1024;

    private final String name;
    private final ProcessHandle handle;
    private final Optional<Process> started;
    private final Path log;

    private ChildProcess(String name, ProcessHandle handle, Optional<Process> started, Path log) {
        this.name = name;
        this.handle = handle;
        this.started = started;
        this.log = log;
    }

    static ChildProcess started(String name, Process process, Path log) {
        return new ChildProcess(name, process.toHandle(), Optional.of(process), log);
    }

    /** A process that another JVM started. */
    static ChildProcess found(String name, ProcessHandle handle, Path log) {
        return new ChildProcess(name, handle, Optional.empty(), log);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return handle.pid();
    }

    public boolean isAlive() {
        return handle.isAlive();
    }

    /**
     * The exit code of the ended process.
     *
     * @throws IllegalStateException while it runs, and where another JVM started it
     */
    public int exitValue() {
        if (handle.isAlive()) {
            throw new IllegalStateException(name + " still runs");
        }
        return started.orElseThrow(() -> new IllegalStateException(name + " is no child of this JVM"))
                .exitValue();
    }

    /** The file that takes its standard output and error. */
    public Path log() {
        return log;
    }

    ProcessHandle handle() {
        return handle;
    }

    /**
     * Returns once the condition holds.
     *
     * @param what what is awaited, as the end of "Waited 30 s for ..."
     * @throws SandboxException with the end of the log, when the process ends first or time runs out
     */
    public void awaitReady(String what, Duration patience, Callable<Boolean> condition) {
        try {
            Waiting.until(what, patience, () -> {
                if (!isAlive()) {
                    throw new SandboxException("%s ended before %s".formatted(name, what));
                }
                return condition.call();
            });
        } catch (SandboxException failure) {
            throw new SandboxException(
                    "%s. Its log, %s, ends with:%n%s".formatted(failure.getMessage(), log, lastLines()), failure);
        }
    }

    /** Asks the process to end (SIGTERM); ends it and everything it started by force when it has not after the grace. */
    public void stop(Duration grace) {
        List<ProcessHandle> tree = tree();
        handle.destroy();
        if (!awaitEnd(handle, grace)) {
            handle.destroyForcibly();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
        tree.forEach(process -> awaitEnd(process, Duration.ofSeconds(10)));
    }

    /** Ends this one process at once (SIGKILL). What it started lives on, as it does when a machine's OOM killer strikes. */
    public void kill() {
        handle.destroyForcibly();
        awaitEnd(handle, Duration.ofSeconds(10));
    }

    private List<ProcessHandle> tree() {
        List<ProcessHandle> tree = new ArrayList<>();
        tree.add(handle);
        try (Stream<ProcessHandle> descendants = handle.descendants()) {
            descendants.forEach(tree::add);
        }
        return tree;
    }

    static boolean awaitEnd(ProcessHandle handle, Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException alive) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new SandboxException("Cannot wait for process " + handle.pid(), impossible);
        }
    }

    /** The last line of the log that is not blank, for messages of progress. */
    String lastLine() {
        String[] lines = lastLines().stripTrailing().split("\n");
        return lines[lines.length - 1].strip();
    }

    /** The end of the log, for messages. */
    public String lastLines() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            List<String> lines =
                    new String(tail, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(unreadable: " + unreadable.getMessage() + ")";
        }
    }
}
