package io.hybridingest.sandbox.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkRunsTest {
    @TempDir
    Path workingDirectory;

    @Test
    void aWorkingDirectoryThatIsNotThereHasNoRuns() {
        SparkRuns runs = new SparkRuns(workingDirectory.resolve("none"));
        assertThat(runs.streamDriver()).isEmpty();
        assertThat(runs.lastSuccessfulBatch()).isEmpty();
    }

    @Test
    void theStreamDriverIsOneThatSaysItRunsAndWhoseProcessIsThere() throws IOException {
        long self = ProcessHandle.current().pid();
        run("gone", "stream", "2026-01-01T00:00:02Z", "RUNNING", Long.MAX_VALUE);
        run("alive", "stream", "2026-01-01T00:00:01Z", "RUNNING", self);
        run("batch", "batch", "2026-01-01T00:00:03Z", "RUNNING", self);
        SparkRuns runs = new SparkRuns(workingDirectory);
        assertThat(runs.streamDriver()).contains(self);
        assertThat(runs.streamLaunches()).isEqualTo(2);
        assertThat(runs.streamHasProgress()).isFalse();
        Files.writeString(workingDirectory.resolve("gone/progress.jsonl"), "{}\n");
        assertThat(runs.streamHasProgress()).isTrue();
    }

    @Test
    void onlySucceededBatchRunsCount() throws IOException {
        run("first", "batch", "2026-01-01T00:00:01Z", "SUCCEEDED", 1);
        run("second", "batch", "2026-01-01T00:00:02Z", "SUCCEEDED", 1);
        run("third", "batch", "2026-01-01T00:00:03Z", "FAILED", 1);
        run("stream", "stream", "2026-01-01T00:00:04Z", "SUCCEEDED", 1);
        assertThat(new SparkRuns(workingDirectory).lastSuccessfulBatch())
                .contains(Instant.parse("2026-01-01T00:00:02Z"));
    }

    @Test
    void aRunThatJustBeganIsNoRunYet() throws IOException {
        Files.createDirectories(workingDirectory.resolve("empty"));
        assertThat(new SparkRuns(workingDirectory).streamDriver()).isEmpty();
    }

    private void run(String name, String mode, String launchedAt, String state, long pid) throws IOException {
        Path directory = Files.createDirectories(workingDirectory.resolve(name));
        Files.writeString(
                directory.resolve("request.json"),
                "{\"arguments\":[\"--mode\",\"%s\"],\"launchedAt\":\"%s\"}".formatted(mode, launchedAt));
        Files.writeString(directory.resolve("status.json"), "{\"state\":\"%s\",\"pid\":%d}".formatted(state, pid));
    }
}
