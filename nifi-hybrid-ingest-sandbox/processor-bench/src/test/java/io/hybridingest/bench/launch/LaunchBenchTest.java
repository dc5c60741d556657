package io.hybridingest.bench.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.processors.RunSparkStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchBenchTest {
    private final List<String> lines = new ArrayList<>();

    @TempDir
    private Path directory;

    private LaunchBench bench;

    @BeforeEach
    void prepare() throws IOException {
        Path java = directory.resolve("java");
        Path program = Files.createDirectories(java.resolve("bin")).resolve("java");
        Files.createFile(program);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.12\"\n");
        bench = new LaunchBench(new SparkHome(directory, java, directory, directory), directory, lines::add);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void looksAfterLivingRunsOfBothProcessors() throws IOException {
        bench.supervision(2, Duration.ofSeconds(2));
        assertThat(findings())
                .extracting(finding -> finding.required("name").asText())
                .containsExactly("launch.supervision", "launch.supervision.stream");
        assertThat(findings()).allSatisfy(finding -> {
            assertThat(finding.required("unit").asText()).isEqualTo("% of a core");
            assertThat(finding.required("peer").isNull()).isTrue();
            assertThat(finding.required("ours").asDouble()).isPositive();
        });
        assertThat(runs("batches")).hasSize(2);
        assertThat(runs("streams")).hasSize(2);
    }

    @Test
    void killsADriverAndWaitsForTheNext() throws IOException {
        bench.relaunch(1);
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.required("name").asText()).isEqualTo("launch.relaunch");
            assertThat(finding.required("ours").asDouble())
                    .as("the default back-off is a second")
                    .isGreaterThan(1);
        });
        assertThat(runs("killed-0")).hasSize(2);
    }

    @Test
    void triggersAtThePeriodsOfTheProcessors() {
        assertThat(ScheduledProcessor.period(RunSparkBatch.class)).isEqualTo(Duration.ofSeconds(5));
        assertThat(ScheduledProcessor.period(RunSparkStream.class)).isEqualTo(Duration.ofSeconds(1));
    }

    private List<JsonNode> findings() {
        return lines.stream()
                .filter(line -> line.startsWith("{\"name\""))
                .map(LaunchBenchTest::json)
                .toList();
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException garbled) {
            throw new UncheckedIOException(garbled);
        }
    }

    private List<Path> runs(String part) throws IOException {
        try (Stream<Path> children = Files.list(directory.resolve(part).resolve("runs"))) {
            return children.filter(child -> !child.endsWith("lib")).toList();
        }
    }
}
