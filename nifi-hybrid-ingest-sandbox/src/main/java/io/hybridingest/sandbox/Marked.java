package io.hybridingest.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds processes by the mark in their environment: a Spark driver whose NiFi was killed has no parent left to find it
 * by. Reads {@code /proc} where there is one, else asks {@code ps}.
 */
final class Marked {
    private static final Path PROC = Path.of("/proc");

    private Marked() {}

    /** The living processes of a run directory, this one excepted. */
    static List<ProcessHandle> by(Path runDirectory) {
        String mark = Processes.MARK + "=" + runDirectory;
        List<Long> pids = Files.isDirectory(PROC.resolve("self")) ? fromProc(mark) : fromPs(mark);
        return pids.stream()
                .filter(pid -> pid != ProcessHandle.current().pid())
                .map(ProcessHandle::of)
                .flatMap(Optional::stream)
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private static List<Long> fromProc(String mark) {
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.filter(
                            entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(entry -> hasMark(entry.resolve("environ"), mark))
                    .map(entry -> Long.valueOf(entry.getFileName().toString()))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static boolean hasMark(Path environ, String mark) {
        try {
            String variables = new String(Files.readAllBytes(environ), StandardCharsets.UTF_8);
            return List.of(variables.split("\0")).contains(mark);
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    private static List<Long> fromPs(String mark) {
        List<Long> pids = new ArrayList<>();
        try {
            Process ps = new ProcessBuilder("ps", "axeww", "-o", "pid=,command=")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Stream<String> lines = ps.inputReader().lines()) {
                lines.map(String::strip)
                        .filter(line -> (line + " ").contains(" " + mark + " "))
                        .forEach(line -> pids.add(Long.valueOf(line.split(" ", 2)[0])));
            }
        } catch (IOException noPs) {
            return List.of();
        }
        return pids;
    }
}
