package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkScript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The PySpark scripts around the measurements of the sink: data, peers, and whether both sides did the same. */
final class SinkScripts {
    /** Instead of a lane: all rows of a table. */
    static final String ALL = "-";

    /** The other scripts import from it. */
    private static final String MESSAGES = "sink_messages.py";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;

    SinkScripts(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /**
     * Writes the same records to the topics of two jobs.
     *
     * @param first number of the first payment
     * @param more what of them is written into a table, see the script
     */
    void messages(SinkJob avro, SinkJob json, long first, long records, Object... more) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of(
                sandbox.kafka().bootstrapServers(),
                avro.wireSchema(),
                avro.messagePrefix(),
                first,
                records,
                avro.name(),
                json.name()));
        arguments.addAll(Arrays.asList(more));
        run(MESSAGES, arguments.toArray());
    }

    /**
     * Only equal work counts.
     *
     * @param tables path, lane, path, lane …
     * @throws SandboxException where one has other identities than the first, or one of them twice
     */
    void requireSameIdentities(List<Object> tables) throws IOException {
        JsonNode different = run("sink_ids.py", tables.toArray()).path("different");
        if (!different.isEmpty()) {
            throw new SandboxException("Other identities than in %s are in %s: the comparison would not be fair"
                    .formatted(tables.get(0), different));
        }
    }

    /**
     * Runs a script to its end.
     *
     * @return the line of JSON that it prints
     * @throws SandboxException with the end of its log, where it printed none
     */
    JsonNode run(String name, Object... arguments) throws IOException {
        try (InputStream imported = SinkScripts.class.getResourceAsStream(MESSAGES)) {
            Files.copy(imported, sandbox.directory().resolve(MESSAGES), StandardCopyOption.REPLACE_EXISTING);
        }
        // The log of an earlier run of the same script would be read for this one's.
        Files.deleteIfExists(sandbox.logs().resolve(name.replace(".py", ".log")));
        ChildProcess process = new SparkScript(SinkScripts.class, name).run(sandbox, SinkJob.PATIENCE, arguments);
        for (String line : Files.readAllLines(process.log())) {
            if (line.startsWith("{\"rows\"")) {
                return JSON.readTree(line);
            }
        }
        throw new SandboxException(
                "%s failed. Its log, %s, ends with:%n%s".formatted(name, process.log(), process.lastLines()));
    }
}
