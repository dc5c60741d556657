package io.hybridingest.sandbox.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of everything that was sent.
 *
 * @param json the whole report, as {@code report.json} holds it
 */
public record Report(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /**
     * @param findings what proof.py wrote
     * @param wall from the first record sent to the last one settled
     * @param versions of the systems, by name
     * @param chaos what was done to the systems on purpose, empty where nothing was
     */
    static Report of(JsonNode findings, Duration wall, Map<String, String> versions, List<String> chaos) {
        ObjectNode json = findings.deepCopy();
        json.put("wallSeconds", wall.toMillis() / 1000.0);
        json.set("versions", JSON.valueToTree(new TreeMap<>(versions)));
        json.set("chaos", JSON.valueToTree(chaos));
        return new Report(json);
    }

    /** Whether nothing was lost, nothing is there twice, and exactly what was broken is in quarantine. */
    public boolean holds() {
        return problems().isEmpty();
    }

    /** What does not hold, a sentence each. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        require(problems, count("sent") > 0, "nothing was sent");
        require(
                problems,
                count("missing") == 0,
                count("missing") + " records are missing: " + json.path("missingSample"));
        require(problems, count("duplicated") == 0, count("duplicated") + " records are in the table more than once");
        require(
                problems,
                count("inTable") == count("sent"),
                "the table has %d rows for %d records".formatted(count("inTable"), count("sent")));
        require(problems, count("unexpected") == 0, count("unexpected") + " rows of the table were never sent whole");
        require(
                problems,
                json.at("/quarantined/missing").isEmpty()
                        && number("/quarantined/actual") == number("/quarantined/expected"),
                "not in quarantine: " + json.at("/quarantined/missing"));
        require(
                problems,
                number("/quarantined/unexpected") == 0,
                number("/quarantined/unexpected") + " good records are in quarantine");
        require(
                problems,
                number("/quarantined/repeated") == 0,
                number("/quarantined/repeated") + " broken records are in quarantine more than once");
        require(
                problems,
                number("/rescued/actual") == number("/rescued/expected"),
                "%d rows have rescued fields, not %d"
                        .formatted(number("/rescued/actual"), number("/rescued/expected")));
        return problems;
    }

    private static void require(List<String> problems, boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    /** Number of records at a key, as {@code sent} or {@code lanes.stream}. */
    public long count(String key) {
        return number("/" + key.replace('.', '/'));
    }

    /** Seconds at a key, empty where nothing could be measured. */
    public Optional<Double> seconds(String key) {
        JsonNode value = json.at("/" + key.replace('.', '/'));
        return value.isNumber() ? Optional.of(value.asDouble()) : Optional.empty();
    }

    private long number(String pointer) {
        return json.at(pointer).asLong();
    }

    /** Writes {@code report.json}. */
    void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(JSON.treeToValue(json, Object.class)) + "\n");
    }

    /** The report for a terminal. */
    public String table() {
        StringBuilder text = new StringBuilder();
        line(text, "distinct records sent", "%,d", count("sent"));
        line(text, "in the table", "%,d", count("inTable"));
        line(text, "  by the stream lane", "%,d", count("lanes.stream"));
        line(text, "  by the batch lane", "%,d", count("lanes.batch"));
        line(text, "missing", "%,d", count("missing"));
        line(text, "duplicated", "%,d", count("duplicated"));
        line(text, "with rescued fields", "%,d of %,d", count("rescued.actual"), count("rescued.expected"));
        line(text, "quarantined", "%,d of %,d", count("quarantined.actual"), count("quarantined.expected"));
        Iterator<Map.Entry<String, JsonNode>> kinds =
                json.at("/quarantined/byKind").fields();
        kinds.forEachRemaining(kind -> line(
                text,
                "  " + kind.getKey(),
                "%,d  %s",
                kind.getValue().path("found").asLong(),
                kind.getValue().path("reasons")));
        line(
                text,
                "HTTP to visible in Delta",
                "p50 %s, p95 %s",
                inSeconds("streamLatencySeconds.p50"),
                inSeconds("streamLatencySeconds.p95"));
        line(text, "wall time", "%s", inSeconds("wallSeconds"));
        json.path("chaos").forEach(event -> line(text, "on purpose", "%s", event.asText()));
        text.append('\n');
        if (holds()) {
            text.append("  Nothing lost, nothing twice, exactly the broken ones in quarantine.\n");
        } else {
            problems()
                    .forEach(
                            problem -> text.append("  FAILED: ").append(problem).append('\n'));
        }
        return text.toString();
    }

    private String inSeconds(String key) {
        return seconds(key).map("%.1f s"::formatted).orElse("-");
    }

    private static void line(StringBuilder text, String label, String format, Object... values) {
        text.append("  %-28s %s%n".formatted(label, format.formatted(values)));
    }
}
