package io.hybridingest.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkDistribution;
import io.hybridingest.sandbox.Waiting;
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
import java.util.stream.Collectors;

/** Holds the table and the quarantine against the truth, in a Spark of its own that has no part in the pipeline. */
final class Proof {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Sandbox sandbox;

    Proof(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /**
     * Compares by identities.
     *
     * @return the findings of proof.py
     * @throws SandboxException with the end of its log, where it failed
     */
    JsonNode findings(Path table, Path quarantine, Path truth) {
        Path result = sandbox.directory().resolve("proof.json");
        try {
            Files.deleteIfExists(result);
            ChildProcess process = sandbox.run(
                    "proof", command(script(), table, quarantine, truth, result), environment(sandbox.spark()));
            Waiting.until("the proof; see " + process.log(), PATIENCE, () -> !process.isAlive());
            if (!Files.exists(result)) {
                throw new SandboxException("The proof could not be made. Its log, %s, ends with:%n%s"
                        .formatted(process.log(), process.lastLines()));
            }
            return new ObjectMapper().readTree(result.toFile());
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    private Path script() throws IOException {
        Path script = sandbox.directory().resolve("proof.py");
        try (InputStream source = Proof.class.getResourceAsStream("proof.py")) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        return script;
    }

    private List<String> command(Path script, Path... arguments) {
        List<String> command =
                new ArrayList<>(List.of(sandbox.spark().sparkSubmit().toString(), "--master", "local[2]"));
        Map.of(
                        "spark.ui.enabled", "false",
                        "spark.sql.shuffle.partitions", "4",
                        "spark.sql.session.timeZone", "UTC",
                        "spark.driver.bindAddress", "127.0.0.1",
                        "spark.driver.host", "127.0.0.1",
                        "spark.driver.memory", "2g",
                        "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
                        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
        String jars = sandbox.spark().jars().stream().map(Path::toString).collect(Collectors.joining(","));
        command.addAll(List.of("--jars", jars, script.toString()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static Map<String, String> environment(SparkDistribution spark) {
        return Map.of(
                "JAVA_HOME", spark.javaHome().toString(),
                "SPARK_HOME", spark.sparkHome().toString(),
                "PYSPARK_PYTHON", spark.python().toString());
    }
}
