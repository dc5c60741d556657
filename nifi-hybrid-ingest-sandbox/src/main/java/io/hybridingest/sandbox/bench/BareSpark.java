package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

/** The peer: the same query submitted with spark-submit, with nothing of this project around it. */
final class BareSpark {
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Sandbox sandbox;

    BareSpark(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /**
     * What a bare query did.
     *
     * @param rows rows in its table
     * @param querySeconds from the start of the query to its last commit
     * @param processSeconds from spark-submit to its end
     */
    record Result(long rows, double querySeconds, double processSeconds) {}

    /**
     * Runs one of the scripts beside this class to its end.
     *
     * @throws SandboxException with the end of its log, where it failed or wrote another number of rows
     */
    Result run(String script, long rows, Object... arguments) {
        long start = System.nanoTime();
        ChildProcess process = new SparkScript(BareSpark.class, script).run(sandbox, PATIENCE, arguments);
        double seconds = (System.nanoTime() - start) / 1e9;
        Result result = result(process, seconds);
        if (result.rows() != rows) {
            throw new SandboxException("%s wrote %d rows instead of %d: the comparison would not be fair"
                    .formatted(script, result.rows(), rows));
        }
        return result;
    }

    private static Result result(ChildProcess process, double seconds) {
        try {
            for (String line : Files.readAllLines(process.log())) {
                if (line.startsWith("{\"rows\"")) {
                    JsonNode json = new ObjectMapper().readTree(line);
                    return new Result(
                            json.path("rows").asLong(), json.path("seconds").asDouble(), seconds);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        throw new SandboxException(
                "The bare query failed. Its log, %s, ends with:%n%s".formatted(process.log(), process.lastLines()));
    }
}
