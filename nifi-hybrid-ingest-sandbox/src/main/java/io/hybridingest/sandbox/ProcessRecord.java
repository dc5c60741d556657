package io.hybridingest.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is written down about a child process, so that another run can find and end it. A process is known by its id
 * and its start together, because ids are used again.
 *
 * @param startedAt start of the process in milliseconds since the epoch
 * @param ownerPid the process that started it; 0 once it is meant to outlive its owner
 * @param ownerStartedAt start of the owner in milliseconds since the epoch
 */
record ProcessRecord(String name, long pid, long startedAt, long ownerPid, long ownerStartedAt, String log) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".json";
    /** Start times are computed from the boot time, which the system may correct. */
    private static final Duration TOLERANCE = Duration.ofSeconds(3);

    static ProcessRecord of(String name, ProcessHandle process, Path log) {
        ProcessHandle owner = ProcessHandle.current();
        return new ProcessRecord(name, process.pid(), startOf(process), owner.pid(), startOf(owner), log.toString());
    }

    ProcessRecord withoutOwner() {
        return new ProcessRecord(name, pid, startedAt, 0, 0, log);
    }

    /** The process, where it still runs. */
    Optional<ProcessHandle> process() {
        return find(pid, startedAt);
    }

    /** Whether the process that is to end this one is gone. */
    boolean isAbandoned() {
        return ownerPid != 0 && find(ownerPid, ownerStartedAt).isEmpty();
    }

    boolean isLeftRunning() {
        return ownerPid == 0;
    }

    static Optional<ProcessHandle> find(long pid, long startedAt) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> Math.abs(startOf(process) - startedAt) <= TOLERANCE.toMillis());
    }

    static long startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
    }

    Path file(Path runDirectory) {
        return runDirectory.resolve(name + SUFFIX);
    }

    void write(Path runDirectory) {
        try {
            Files.createDirectories(runDirectory);
            Files.write(
                    file(runDirectory), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    void delete(Path runDirectory) {
        try {
            Files.deleteIfExists(file(runDirectory));
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
    }

    static List<ProcessRecord> readAll(Path runDirectory) {
        try (Stream<Path> files = Files.list(runDirectory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .map(ProcessRecord::read)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (NoSuchFileException nothingRan) {
            return List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A file cut short by a kill names no process. */
    private static Optional<ProcessRecord> read(Path file) {
        try {
            return Optional.of(JSON.readValue(file.toFile(), ProcessRecord.class));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
