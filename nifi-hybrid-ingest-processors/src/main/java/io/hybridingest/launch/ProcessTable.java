package io.hybridingest.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The operating system's processes, seen through {@link ProcessHandle} and, where there is one, {@code /proc}. */
final class ProcessTable {
    /** The kernel derives start times from its boot time, which moves by a tick or two when the clock is disciplined. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    /** Environment variable that everything a launch starts inherits: its value is the run directory. */
    static final String MARK = "HYBRID_INGEST_RUN_DIRECTORY";

    private ProcessTable() {}

    /**
     * Whether the process still runs. A process that has exited but that nobody has waited for yet, as happens to orphans in
     * a container whose first process reaps nothing, does not.
     */
    static boolean alive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    /**
     * The living process of a launch: the one with the recorded id if it is still the same process. Where none is recorded,
     * because the launch was cut short between starting the process and recording it, any whose command line names the run
     * directory.
     */
    static Optional<ProcessHandle> find(RunRequest request, RunDirectory directory) {
        if (request.pid() > 0) {
            return ProcessHandle.of(request.pid())
                    .filter(ProcessTable::alive)
                    .filter(process -> sameStart(process, request.processStartedAt()) || names(process, directory));
        }
        return ProcessHandle.allProcesses()
                .filter(process -> names(process, directory))
                .filter(ProcessTable::alive)
                .findFirst();
    }

    /**
     * Everything alive that a launch started, at whatever remove, whether or not the process that started it still lives.
     * Needs {@code /proc}; elsewhere only descendants of a living driver can be known, and this is empty.
     */
    static List<ProcessHandle> marked(RunDirectory directory) {
        String mark = MARK + "=" + directory.path();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> environment(process).contains(mark))
                .filter(ProcessTable::alive)
                .toList();
    }

    private static List<String> environment(ProcessHandle process) {
        try {
            byte[] entries = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return Arrays.asList(new String(entries, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException notOurs) {
            return List.of();
        }
    }

    private static boolean sameStart(ProcessHandle process, Instant recorded) {
        return process.info()
                .startInstant()
                .filter(started -> recorded != null)
                .filter(started -> Duration.between(started, recorded).abs().compareTo(START_TOLERANCE) <= 0)
                .isPresent();
    }

    private static boolean names(ProcessHandle process, RunDirectory directory) {
        return commandLine(process).contains(directory.propertiesFile().toString());
    }

    /** The whole command line where {@code /proc} has it: {@link ProcessHandle.Info} cuts long ones. */
    private static String commandLine(ProcessHandle process) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline")),
                    StandardCharsets.UTF_8);
        } catch (IOException noProc) {
            return process.info().commandLine().orElse("");
        }
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException | IndexOutOfBoundsException noProc) {
            return false;
        }
    }
}
