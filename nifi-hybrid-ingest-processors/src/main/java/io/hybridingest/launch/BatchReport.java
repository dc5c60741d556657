package io.hybridingest.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * How a batch run ended, for good.
 *
 * @param facts of the last attempt
 * @param outcome of the last attempt
 * @param flowFile identifier of the FlowFile that asked for the run, null for an interval's run
 * @param attempts made, at least 1
 * @param startedAt launch of the last attempt
 * @param endedAt end of the last attempt
 * @param progress lines of the last attempt
 */
public record BatchReport(
        RunFacts facts,
        RunOutcome outcome,
        String flowFile,
        int attempts,
        Instant startedAt,
        Instant endedAt,
        List<String> progress) {
    private static final List<String> ROWS = List.of("rowsIn", "rowsInserted", "rowsDuplicate", "rowsQuarantined");

    public BatchReport {
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(outcome, "outcome");
        progress = List.copyOf(progress);
    }

    /** Of an attempt that has ended. @param ended its run, null where it could not be started */
    static BatchReport of(
            RunFacts facts, RunOutcome outcome, String flowFile, int attempts, SparkRun ended, Instant now)
            throws IOException {
        Instant endedAt = facts.status() == null || facts.status().endedAt() == null
                ? now
                : facts.status().endedAt();
        if (ended == null) {
            return new BatchReport(facts, outcome, flowFile, attempts, now, endedAt, List.of());
        }
        return new BatchReport(
                facts,
                outcome,
                flowFile,
                attempts,
                ended.request().launchedAt(),
                endedAt,
                ended.directory().progressFrom(0).lines());
    }

    /** Whether the run did its work. */
    public boolean succeeded() {
        return outcome instanceof RunOutcome.Succeeded;
    }

    /** A summary for machines: what ran, for which interval, how long, and over how many rows, null where it never said. */
    public String toJson() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("launchId", facts.launchId());
        json.put("outcome", outcome.code());
        json.put("applicationId", facts.status() == null ? null : facts.status().applicationId());
        json.put("exitCode", facts.exitCode());
        if (facts.interval() == null) {
            json.putNull("interval");
        } else {
            json.putObject("interval")
                    .put("start", facts.interval().start().toString())
                    .put("end", facts.interval().end().toString());
        }
        json.put("attempts", attempts);
        json.put("startedAt", startedAt.toString());
        json.put("endedAt", endedAt.toString());
        json.put("durationMillis", Duration.between(startedAt, endedAt).toMillis());
        json.put("batches", progress.size());
        ROWS.forEach(member -> json.put(member, sum(member)));
        try {
            return JsonFile.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The sum over all micro-batches, null where none of them says. */
    private Long sum(String member) {
        Long sum = null;
        for (String line : progress) {
            try {
                JsonNode value = JsonFile.MAPPER.readTree(line).path(member);
                if (value.isNumber()) {
                    sum = (sum == null ? 0 : sum) + value.asLong();
                }
            } catch (JsonProcessingException notProgress) {
                continue;
            }
        }
        return sum;
    }
}
