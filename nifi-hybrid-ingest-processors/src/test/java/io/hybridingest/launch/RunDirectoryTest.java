package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    @TempDir
    private Path working;

    private RunDirectory directory;

    @BeforeEach
    void create() throws Exception {
        directory = RunDirectory.create(working, "launch");
    }

    @Test
    void keepsPropertiesFromEverybodyElse() throws Exception {
        directory.writeProperties(Map.of("spark.secret", "hunter2"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.propertiesFile())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void readsBackEveryCharacterOfAProperty() throws Exception {
        Map<String, String> conf = Map.of(
                "spark.jaas", "Login required password=\"a\\b=c:d#e!f\";",
                "spark.lines", "one\ntwo",
                "spark.umlaut", "für ≤ 5 €");
        directory.writeProperties(conf);
        assertThat(directory.properties()).isEqualTo(conf);
    }

    @Test
    void leavesALineThatIsStillBeingWritten() throws Exception {
        Path file = directory.path().resolve("progress.jsonl");
        Files.writeString(file, "{\"batchId\":0}\n{\"batchId\":");
        RunDirectory.Progress first = directory.progressFrom(0);
        assertThat(first.lines()).containsExactly("{\"batchId\":0}");
        Files.writeString(file, "1}\n", StandardOpenOption.APPEND);
        RunDirectory.Progress second = directory.progressFrom(first.offset());
        assertThat(second.lines()).containsExactly("{\"batchId\":1}");
        assertThat(directory.progressFrom(second.offset()).lines()).isEmpty();
    }

    @Test
    void readsTheEndOfALongLogFromTheStartOfALine() throws Exception {
        Files.writeString(directory.driverLog(), "a line that is cut\n".repeat(10_000) + "the reason\n");
        String tail = directory.logTail();
        assertThat(tail)
                .hasSizeLessThanOrEqualTo(32 * 1024)
                .startsWith("a line")
                .endsWith("the reason\n");
    }

    @Test
    void takesNoStatusFromWhatItDoesNotKnow() throws Exception {
        Path file = directory.path().resolve("status.json");
        assertThat(directory.status()).isEmpty();
        Files.writeString(file, "{\"state\":\"SUCC");
        assertThat(directory.status()).isEmpty();
        Files.writeString(file, "{\"state\":\"GLORIOUS\"}");
        assertThat(directory.status()).isEmpty();
        Files.writeString(file, "{\"state\":\"RUNNING\",\"later\":1,\"heartbeatAt\":\"2026-01-01T00:00:00Z\"}");
        assertThat(directory.status().orElseThrow().heartbeatAt()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void readsBackARequestWithAndWithoutItsProcess() throws Exception {
        RunRequest before = new RunRequest(
                "launch",
                "processor",
                7,
                "IngestJob (batch)",
                List.of("--mode", "batch"),
                "abc",
                new DataInterval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)),
                "cluster",
                Instant.parse("2026-01-01T00:00:00Z"),
                0,
                null);
        directory.write(before);
        assertThat(directory.request()).contains(before);
        RunRequest after = before.startedAs(ProcessHandle.current());
        directory.write(after);
        assertThat(directory.request()).contains(after);
        assertThat(after.pid()).isEqualTo(ProcessHandle.current().pid());
    }
}
