package io.hybridingest.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.hybridingest.sandbox.NifiApi.Bulletin;
import io.hybridingest.sandbox.NifiApi.Component;
import io.hybridingest.sandbox.NifiApi.ProcessorStatus;
import io.hybridingest.sandbox.NifiApi.Queue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What NiFi's API tells about the components of a flow. Thread-safe. */
final class NifiReadings {
    private final NifiHttp http;

    NifiReadings(NifiHttp http) {
        this.http = http;
    }

    List<Component> processors(String groupId) {
        return StreamSupport.stream(
                        http.get("/process-groups/" + groupId + "/processors?includeDescendantGroups=true")
                                .path("processors")
                                .spliterator(),
                        false)
                .map(entity -> component("PROCESSOR", entity.path("component")))
                .toList();
    }

    List<Component> controllerServices(String groupId) {
        return StreamSupport.stream(
                        http.get(
                                        "/flow/process-groups/" + groupId
                                                + "/controller-services?includeAncestorGroups=false&includeDescendantGroups=true")
                                .path("controllerServices")
                                .spliterator(),
                        false)
                .map(entity -> component("CONTROLLER_SERVICE", entity.path("component")))
                .toList();
    }

    List<Queue> queues(String groupId) {
        List<Queue> queues = new ArrayList<>();
        snapshots(groupId, "connectionStatusSnapshots", "connectionStatusSnapshot")
                .forEach(snapshot -> queues.add(new Queue(
                        snapshot.path("id").asText(),
                        snapshot.path("name").asText(),
                        snapshot.path("sourceName").asText(),
                        snapshot.path("destinationName").asText(),
                        snapshot.path("flowFilesQueued").asLong(),
                        snapshot.path("bytesQueued").asLong())));
        return queues;
    }

    List<ProcessorStatus> processorStatus(String groupId) {
        List<ProcessorStatus> status = new ArrayList<>();
        snapshots(groupId, "processorStatusSnapshots", "processorStatusSnapshot")
                .forEach(snapshot -> status.add(new ProcessorStatus(
                        snapshot.path("id").asText(),
                        snapshot.path("name").asText(),
                        snapshot.path("runStatus").asText(),
                        snapshot.path("flowFilesIn").asLong(),
                        snapshot.path("flowFilesOut").asLong(),
                        snapshot.path("bytesRead").asLong(),
                        snapshot.path("bytesWritten").asLong(),
                        snapshot.path("taskCount").asLong(),
                        snapshot.path("activeThreadCount").asInt())));
        return status;
    }

    private List<JsonNode> snapshots(String groupId, String list, String entry) {
        JsonNode top = http.get("/flow/process-groups/" + groupId + "/status?recursive=true")
                .path("processGroupStatus")
                .path("aggregateSnapshot");
        List<JsonNode> found = new ArrayList<>();
        collect(top, list, entry, found);
        return found;
    }

    private static void collect(JsonNode group, String list, String entry, List<JsonNode> found) {
        group.path(list).forEach(entity -> found.add(entity.path(entry)));
        group.path("processGroupStatusSnapshots")
                .forEach(child -> collect(child.path("processGroupStatusSnapshot"), list, entry, found));
    }

    List<Bulletin> bulletins() {
        return StreamSupport.stream(
                        http.get("/flow/bulletin-board?limit=1000")
                                .path("bulletinBoard")
                                .path("bulletins")
                                .spliterator(),
                        false)
                .map(entity -> entity.path("bulletin"))
                .map(bulletin -> new Bulletin(
                        bulletin.path("id").asLong(),
                        bulletin.path("level").asText(),
                        bulletin.path("sourceName").asText(),
                        bulletin.path("message").asText(),
                        bulletin.path("timestamp").asText()))
                .toList();
    }

    Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        http.get("/counters")
                .path("counters")
                .path("aggregateSnapshot")
                .path("counters")
                .forEach(counter -> {
                    String context = counter.path("context").asText();
                    if (context.endsWith(")")) {
                        counters.merge(
                                context.substring(0, context.lastIndexOf(" ("))
                                        + " / "
                                        + counter.path("name").asText(),
                                counter.path("valueCount").asLong(),
                                Long::sum);
                    }
                });
        return counters;
    }

    private static Component component(String kind, JsonNode component) {
        List<String> errors = new ArrayList<>();
        component.path("validationErrors").forEach(error -> errors.add(error.asText()));
        return new Component(
                component.path("id").asText(),
                kind,
                component.path("name").asText(),
                component.path("type").asText(),
                component.path("parentGroupId").asText(),
                component.path("state").asText(),
                component.path("validationStatus").asText(),
                errors,
                component.path("extensionMissing").asBoolean());
    }
}
