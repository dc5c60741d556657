package io.hybridingest.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

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
            ChildProcess process =
                    new SparkScript(Proof.class, "proof.py").run(sandbox, PATIENCE, table, quarantine, truth, result);
            if (!Files.exists(result)) {
                throw new SandboxException("The proof could not be made. Its log, %s, ends with:%n%s"
                        .formatted(process.log(), process.lastLines()));
            }
            return new ObjectMapper().readTree(result.toFile());
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }
}
