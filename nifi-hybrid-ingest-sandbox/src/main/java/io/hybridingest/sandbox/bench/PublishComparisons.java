package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Launch;
import io.hybridingest.sandbox.Layout;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The publisher against Kafka's own ProducerPerformance, over the sandbox's broker, measured by the module {@code processor-bench} in a JVM
 * of its own that runs both sides.
 */
final class PublishComparisons {
    /** What the names of these measurements begin with. */
    static final String NAME = "publish";

    private static final String MAIN = "io.hybridingest.bench.publish.PublishBench";
    private static final String FINDING = "{\"name\"";
    private static final String TOPIC = "publish-bench";
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 1_000_000;
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;
    private final Consumer<String> console;

    /** @param sandbox with Kafka */
    PublishComparisons(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
    }

    /** @throws SandboxException with the end of its log, where the JVM failed */
    List<Measurement> measure(Selection wanted) throws IOException {
        console.accept("PublishKafkaStream's publisher against Kafka's ProducerPerformance");
        sandbox.kafka().createTopic(TOPIC, PARTITIONS);
        Path log = sandbox.logs().resolve("publish-bench.log");
        Files.deleteIfExists(log);
        ChildProcess process = sandbox.run("publish-bench", command(wanted), Map.of());
        Waiting.until("the comparison of publishers; see " + log, PATIENCE, () -> !process.isAlive());
        if (process.exitValue() != 0) {
            throw new SandboxException("The comparison of publishers failed. Its log, %s, ends with:%n%s"
                    .formatted(log, process.lastLines()));
        }
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(FINDING))
                .map(PublishComparisons::measurement)
                .filter(measurement -> wanted.includes(measurement.name()))
                .toList();
    }

    /** ProducerPerformance needs some of the broker's jars; ours come first. */
    private List<String> command(Selection wanted) {
        Layout layout = Layout.ofBuild();
        String classPath = layout.processorBenchClassPath()
                + File.pathSeparator
                + layout.kafkaJars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        return List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xms1500m",
                "-Xmx1500m",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                MAIN,
                sandbox.kafka().bootstrapServers(),
                TOPIC,
                Integer.toString(RECORDS),
                Integer.toString(ROUNDS),
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
                    finding.required("unit").asText());
        } catch (JsonProcessingException garbled) {
            throw new UncheckedIOException("Not a finding: " + line, garbled);
        }
    }
}
