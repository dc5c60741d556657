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
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * RunSparkBatch and RunSparkStream against a bare spark-submit, and what they take alone, measured by the module {@code processor-bench} in a
 * JVM of its own.
 */
final class LaunchMeasurements {
    /** What the names of these measurements begin with. */
    static final String NAME = "launch";

    private static final List<String> PARTS =
            List.of("launch.vs-spark-submit", "launch.supervision", "launch.relaunch");
    private static final String MAIN = "io.hybridingest.bench.launch.LaunchBench";
    private static final String FINDING = "{\"name\"";
    private static final String APPLICATION = "short_batch.py";
    private static final String BUNDLED = "io/hybridingest/spark/hybrid-ingest-spark.jar";
    private static final int ROUNDS = 7;
    private static final Duration SUPERVISED = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;
    private final Consumer<String> console;

    /** @param sandbox with Spark, with nothing in its data of an earlier measurement */
    LaunchMeasurements(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
    }

    /** Those parts that may hold what is wanted; each is measured as a whole. */
    static List<String> parts(Selection wanted) {
        return PARTS.stream().filter(wanted::touches).toList();
    }

    /** @throws SandboxException with the end of its log, where the JVM failed */
    List<Measurement> measure(Selection wanted) throws IOException {
        Path directory = Files.createDirectories(sandbox.data().resolve(NAME));
        Path log = sandbox.logs().resolve("launch-bench.log");
        Files.deleteIfExists(log);
        ChildProcess process = sandbox.run("launch-bench", command(directory, parts(wanted)), Map.of());
        Progress progress = new Progress(log);
        Waiting.until("the measurement of launches; see " + log, PATIENCE, () -> {
            boolean ended = !process.isAlive();
            progress.tell(console);
            return ended;
        });
        if (process.exitValue() != 0) {
            throw new SandboxException("The measurement of launches failed. Its log, %s, ends with:%n%s"
                    .formatted(log, process.lastLines()));
        }
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(FINDING))
                .map(LaunchMeasurements::measurement)
                .filter(measurement -> wanted.includes(measurement.name()))
                .toList();
    }

    private List<String> command(Path directory, List<String> parts) throws IOException {
        SparkDistribution spark = sandbox.spark();
        List<String> command = new ArrayList<>(List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xms512m",
                "-Xmx512m",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                bundle(directory.resolve("bundle"))
                        + File.pathSeparator
                        + Layout.ofBuild().processorBenchClassPath(),
                MAIN,
                Files.createDirectories(directory.resolve("work")).toString(),
                spark.sparkHome().toString(),
                spark.javaHome().toString(),
                spark.python().toString(),
                application(directory.resolve(APPLICATION)).toString(),
                Integer.toString(ROUNDS),
                Long.toString(SUPERVISED.toSeconds())));
        command.addAll(parts);
        return command;
    }

    /** The NAR holds the Spark JAR as a resource; this class path has to get it. */
    private static Path bundle(Path directory) throws IOException {
        Path resource = directory.resolve(BUNDLED);
        Files.createDirectories(resource.getParent());
        Files.copy(Layout.ofBuild().ingestJob(), resource, StandardCopyOption.REPLACE_EXISTING);
        return directory;
    }

    private static Path application(Path file) throws IOException {
        try (InputStream script = LaunchMeasurements.class.getResourceAsStream(APPLICATION)) {
            Files.copy(script, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    /** One line of the JVM's findings. */
    static Measurement measurement(String line) {
        try {
            JsonNode finding = JSON.readTree(line);
            String name = finding.required("name").asText();
            double ours = finding.required("ours").asDouble();
            String unit = finding.required("unit").asText();
            JsonNode peer = finding.required("peer");
            return peer.isNull()
                    ? Measurement.alone(name, ours, unit)
                    : Measurement.lessIsBetter(name, ours, peer.asDouble(), unit);
        } catch (JsonProcessingException garbled) {
            throw new UncheckedIOException("Not a finding: " + line, garbled);
        }
    }
}
