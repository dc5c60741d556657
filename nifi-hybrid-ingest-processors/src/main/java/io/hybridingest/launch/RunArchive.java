package io.hybridingest.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All run directories under one working directory.
 *
 * @param workingDirectory their parent
 */
record RunArchive(Path workingDirectory) {
    private static final Comparator<SparkRun> NEWEST_FIRST =
            Comparator.comparingLong((SparkRun run) -> run.request().epoch()).reversed();

    /**
     * The processor's runs that go on, the highest epoch first.
     *
     * @param noted directories that the ledger names: they may lie under another working directory, from before it was changed
     */
    List<SparkRun> living(String processorId, Collection<RunDirectory> noted, Instant now) throws IOException {
        Map<Path, SparkRun> candidates = new LinkedHashMap<>();
        for (SparkRun run : of(processorId)) {
            candidates.put(run.directory().path(), run);
        }
        for (RunDirectory directory : noted) {
            SparkRun.find(directory).ifPresent(run -> candidates.putIfAbsent(directory.path(), run));
        }
        List<SparkRun> living = new ArrayList<>();
        for (SparkRun run : candidates.values()) {
            if (run.isAlive(now)) {
                living.add(run);
            }
        }
        living.sort(NEWEST_FIRST);
        return living;
    }

    /** The highest epoch of any of the processor's runs that is still here, 0 without one. */
    long highestEpoch(String processorId) throws IOException {
        return of(processorId).stream()
                .mapToLong(run -> run.request().epoch())
                .max()
                .orElse(0);
    }

    /**
     * Deletes all but the processor's newest directories; never one whose run goes on or was not told of yet.
     *
     * @param kept how many of the newest stay
     * @param noted directories that the ledger names
     */
    void prune(String processorId, int kept, Collection<RunDirectory> noted, Instant now) throws IOException {
        for (SparkRun run : of(processorId).stream().skip(kept).toList()) {
            if (!run.isAlive(now) && !noted.contains(run.directory())) {
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
        runs.sort(NEWEST_FIRST);
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
