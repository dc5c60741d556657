package io.hybridingest.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What was asked for, as {@code request.json} keeps it. Written once before the process starts, without a process id,
 * and once after, so that a launch that was cut short in between can be told from one that ran.
 *
 * @param launchId name of the launch and of its run directory
 * @param processorId identifier of the processor that launched
 * @param epoch of the launch
 * @param application what was launched, for people
 * @param arguments of the application
 * @param pipelineFingerprint fingerprint of the definition, null where none is used
 * @param interval the data interval, null where the run has none
 * @param deployMode {@code client} where the driver is the process that was started, {@code cluster} where that process only
 *     submitted it
 * @param launchedAt when the launch was asked for
 * @param pid of the process, 0 before it started
 * @param processStartedAt when the operating system says that process started, null before, or where it does not say
 */
public record RunRequest(
        String launchId,
        String processorId,
        long epoch,
        String application,
        List<String> arguments,
        String pipelineFingerprint,
        DataInterval interval,
        String deployMode,
        Instant launchedAt,
        long pid,
        Instant processStartedAt) {

    public RunRequest {
        Objects.requireNonNull(launchId, "launchId");
        Objects.requireNonNull(processorId, "processorId");
        Objects.requireNonNull(application, "application");
        Objects.requireNonNull(deployMode, "deployMode");
        Objects.requireNonNull(launchedAt, "launchedAt");
        arguments = List.copyOf(arguments);
    }

    /** The same request with the process that now serves it. */
    RunRequest startedAs(ProcessHandle process) {
        return new RunRequest(
                launchId,
                processorId,
                epoch,
                application,
                arguments,
                pipelineFingerprint,
                interval,
                deployMode,
                launchedAt,
                process.pid(),
                process.info().startInstant().orElse(null));
    }

    /** Whether the driver runs on the cluster, so that the end of the process that was started says nothing about it. */
    boolean inCluster() {
        return deployMode.equals("cluster");
    }

    JsonNode toJson() {
        ObjectNode json = JsonFile.MAPPER.createObjectNode();
        json.put("launchId", launchId);
        json.put("processorId", processorId);
        json.put("epoch", epoch);
        json.put("application", application);
        arguments.forEach(json.putArray("arguments")::add);
        json.put("pipelineFingerprint", pipelineFingerprint);
        if (interval != null) {
            json.putObject("interval")
                    .put("start", interval.start().toString())
                    .put("end", interval.end().toString());
        } else {
            json.putNull("interval");
        }
        json.put("deployMode", deployMode);
        json.put("launchedAt", launchedAt.toString());
        if (pid > 0) {
            json.put("pid", pid);
            json.put("processStartedAt", processStartedAt == null ? null : processStartedAt.toString());
        }
        return json;
    }

    static RunRequest of(JsonNode json) {
        List<String> arguments = new ArrayList<>();
        json.path("arguments").forEach(argument -> arguments.add(argument.asText()));
        Instant start = JsonFile.instant(json.path("interval"), "start");
        Instant end = JsonFile.instant(json.path("interval"), "end");
        return new RunRequest(
                JsonFile.text(json, "launchId"),
                JsonFile.text(json, "processorId"),
                json.path("epoch").asLong(),
                JsonFile.text(json, "application"),
                arguments,
                JsonFile.text(json, "pipelineFingerprint"),
                start == null || end == null ? null : new DataInterval(start, end),
                json.path("deployMode").asText("client"),
                JsonFile.instant(json, "launchedAt"),
                json.path("pid").asLong(),
                JsonFile.instant(json, "processStartedAt"));
    }
}
