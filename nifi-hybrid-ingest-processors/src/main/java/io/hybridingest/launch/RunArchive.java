package io.hybridingest.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All run directories under one working directory.
 *
 * @param workingDirectory their parent
 */
record RunArchive(Path workingDirectory) {
    private static final int KEPT = 20;

    /** The processor's runs whose process lives, the highest epoch first. */
    List<SparkRun> living(String processorId) throws IOException {
        return of(processorId).stream().filter(SparkRun::isAlive).toList();
    }

    /** The highest epoch of any of the processor's runs that is still here, 0 without one. */
    long highestEpoch(String processorId) throws IOException {
        return of(processorId).stream()
                .mapToLong(run -> run.request().epoch())
                .max()
                .orElse(0);
    }

    /** Deletes all but the processor's newest directories; never one whose process lives. */
    void prune(String processorId) throws IOException {
        for (SparkRun run : of(processorId).stream().skip(KEPT).toList()) {
            if (!run.isAlive()) {
                delete(run.directory().path());
            }
        }
    }

    private List<SparkRun> of(String processorId) throws IOException {
        if (!Files.isDirectory(workingDirectory)) {
            return List.of();
        }
        List<SparkRun> runs = new ArrayList<>();
        for (Path path : children(workingDirectory)) {
            Optional<SparkRun> run = Files.isDirectory(path) ? SparkRun.find(new RunDirectory(path)) : Optional.empty();
            run.filter(found -> found.request().processorId().equals(processorId))
                    .ifPresent(runs::add);
        }
        runs.sort(Comparator.comparingLong((SparkRun run) -> run.request().epoch())
                .reversed());
        return runs;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException undeletable) {
                    throw new UncheckedIOException(undeletable);
                }
            });
        } catch (UncheckedIOException undeletable) {
            throw undeletable.getCause();
        }
    }
}
