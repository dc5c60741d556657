package io.hybridingest.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the run directories of Spark launches say. Thread-safe: it keeps nothing. */
public final class SparkRuns {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path workingDirectory;

    /** @param workingDirectory parent of the run directories, which need not be there yet */
    public SparkRuns(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    /** One launch: what was asked for and what the driver last said, each empty where it is not there. */
    private record Run(JsonNode request, JsonNode status, Path directory) {
        boolean isStream() {
            return hasArgument("stream");
        }

        boolean isBatch() {
            return hasArgument("batch");
        }

        private boolean hasArgument(String mode) {
            for (JsonNode argument : request.path("arguments")) {
                if (mode.equals(argument.asText())) {
                    return true;
                }
            }
            return false;
        }

        boolean is(String state) {
            return state.equals(status.path("state").asText());
        }

        Instant launchedAt() {
            String at = request.path("launchedAt").asText();
            return at.isEmpty() ? Instant.EPOCH : Instant.parse(at);
        }
    }

    /** Process id of the stream driver that runs now. */
    public Optional<Long> streamDriver() {
        return runs().stream()
                .filter(run -> run.isStream() && run.is("RUNNING"))
                .map(run -> run.status().path("pid").asLong())
                .filter(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent())
                .findFirst();
    }

    /** Whether the newest stream driver has finished a micro-batch. */
    public boolean streamHasProgress() {
        return runs().stream()
                .filter(run -> run.isStream() && run.is("RUNNING"))
                .findFirst()
                .filter(run -> Files.exists(run.directory().resolve("progress.jsonl")))
                .isPresent();
    }

    /** When the newest batch run that succeeded was launched. */
    public Optional<Instant> lastSuccessfulBatch() {
        return runs().stream()
                .filter(run -> run.isBatch() && run.is("SUCCEEDED"))
                .map(Run::launchedAt)
                .max(Comparator.naturalOrder());
    }

    /** Launches of the stream job so far. */
    public long streamLaunches() {
        return runs().stream().filter(Run::isStream).count();
    }

    /** All runs, newest first. */
    private List<Run> runs() {
        if (!Files.isDirectory(workingDirectory)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(workingDirectory)) {
            return directories
                    .filter(Files::isDirectory)
                    .map(directory -> new Run(
                            json(directory.resolve("request.json")), json(directory.resolve("status.json")), directory))
                    .sorted(Comparator.comparing(Run::launchedAt).reversed())
                    .toList();
        } catch (IOException changing) {
            return List.of();
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException notThereYet) {
            return MissingNode.getInstance();
        }
    }
}
