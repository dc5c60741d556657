package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Launch;
import io.hybridingest.sandbox.Layout;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkDistribution;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.feed.FlightFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * PreprocessRecord and RouteHybridRecord against NiFi's own processors, measured by the module {@code processor-bench} in a JVM of its own,
 * because NiFi's processors have a class path of their own. One JVM runs both sides: the same heap, the same collector, the same compiler.
 */
final class ProcessorComparisons {
    /** What the names of these measurements begin with. */
    static final List<String> NAMES = List.of("preprocess", "route");

    private static final String MAIN = "io.hybridingest.bench.ProcessorBench";
    private static final String FINDING = "{\"name\"";
    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;
    private final Consumer<String> console;

    /** @param sandbox need not have any system */
    ProcessorComparisons(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
    }

    /** @throws SandboxException with the end of its log, where the JVM failed */
    List<Measurement> measure(Selection wanted) throws IOException {
        Path flights = Files.createDirectories(sandbox.data().resolve("flights"));
        FlightFiles.write(SparkDistribution.install(console).flights().resolve("flights.csv.zip"), flights);
        console.accept("PreprocessRecord and RouteHybridRecord against NiFi's own processors");
        Path log = sandbox.logs().resolve("processor-bench.log");
        Files.deleteIfExists(log);
        ChildProcess process = sandbox.run("processor-bench", command(flights, wanted), Map.of());
        Progress progress = new Progress(log);
        Waiting.until("the comparison of processors; see " + log, PATIENCE, () -> {
            boolean ended = !process.isAlive();
            progress.tell(console);
            return ended;
        });
        if (process.exitValue() != 0) {
            throw new SandboxException("The comparison of processors failed. Its log, %s, ends with:%n%s"
                    .formatted(log, process.lastLines()));
        }
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(FINDING))
                .map(ProcessorComparisons::measurement)
                .toList();
    }

    private static List<String> command(Path flights, Selection wanted) {
        return List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xms2g",
                "-Xmx2g",
                "-XX:+UseParallelGC",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Layout.ofBuild().processorBenchClassPath(),
                MAIN,
                flights.toString(),
                wanted.prefix());
    }

    /** One line of the JVM's findings. */
    static Measurement measurement(String line) {
        try {
            JsonNode finding = JSON.readTree(line);
            return new Measurement(
                    finding.required("name").asText(),
                    finding.required("ours").asDouble(),
                    finding.required("peer").asDouble(),
                    finding.required("unit").asText(),
                    new Measurement.Allocation(
                            finding.required("oursAllocated").asDouble(),
                            finding.required("peerAllocated").asDouble()));
        } catch (JsonProcessingException garbled) {
            throw new UncheckedIOException("Not a finding: " + line, garbled);
        }
    }

    /** Passes on what a log says beside the findings, each line once. */
    private static final class Progress {
        private final Path log;
        private int told;

        Progress(Path log) {
            this.log = log;
        }

        void tell(Consumer<String> console) throws IOException {
            List<String> lines = Files.readAllLines(log);
            lines.stream().skip(told).filter(line -> !line.startsWith(FINDING)).forEach(console);
            told = lines.size();
        }
    }
}
