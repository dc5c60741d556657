package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.NifiHttp.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A client of NiFi's REST API, for what the demo and the tests do: import a flow definition, give its parameters
 * values, enable, start, look, stop, delete. Thread-safe. Each method throws {@link NifiApiException} when NiFi refuses
 * or does not answer.
 */
public final class NifiApi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NifiHttp http;
    private final NifiReadings readings;

    /** @param base address of the API, as in {@code http://127.0.0.1:8080/nifi-api} */
    public NifiApi(URI base) {
        this.http = new NifiHttp(base);
        this.readings = new NifiReadings(http);
    }

    /**
     * A processor or a controller service on the canvas.
     *
     * @param kind {@code PROCESSOR} or {@code CONTROLLER_SERVICE}
     * @param type its fully qualified class
     * @param state as NiFi says it: {@code RUNNING}, {@code STOPPED}, {@code ENABLED}, {@code DISABLED}, ...
     * @param missing whether NiFi has no such type and shows a ghost in its place
     */
    public record Component(
            String id,
            String kind,
            String name,
            String type,
            String groupId,
            String state,
            String validation,
            List<String> validationErrors,
            boolean missing) {
        public Component {
            validationErrors = List.copyOf(validationErrors);
        }

        public boolean isValid() {
            return "VALID".equals(validation) && !missing;
        }
    }

    /** What waits in a connection. */
    public record Queue(String id, String name, String source, String destination, long flowFiles, long bytes) {}

    /** A message that a component showed on the canvas in the last minutes. */
    public record Bulletin(long id, String level, String sourceName, String message, String timestamp) {}

    /** What a processor did in the last five minutes. */
    public record ProcessorStatus(
            String id,
            String name,
            String runStatus,
            long flowFilesIn,
            long flowFilesOut,
            long bytesRead,
            long bytesWritten,
            long taskCount,
            int activeThreads) {}

    /** The version of NiFi that answers. */
    public String version() {
        return http.get("/flow/about").path("about").path("version").asText();
    }

    /** Identifier of the root process group. */
    public String rootGroup() {
        return http.get("/flow/process-groups/root")
                .path("processGroupFlow")
                .path("id")
                .asText();
    }

    /** Fully qualified types of all processors that NiFi offers. */
    public Set<String> processorTypes() {
        return types(http.get("/flow/processor-types").path("processorTypes"));
    }

    /** Fully qualified types of all controller services that NiFi offers. */
    public Set<String> controllerServiceTypes() {
        return types(http.get("/flow/controller-service-types").path("controllerServiceTypes"));
    }

    /**
     * Imports a flow definition as a new process group below the root.
     *
     * @param definition JSON of the flow definition
     * @return identifier of the new group
     */
    public String importFlow(String groupName, byte[] definition) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("groupName", groupName);
        fields.put("positionX", "0");
        fields.put("positionY", "0");
        fields.put("clientId", "sandbox");
        fields.put("disconnectedNodeAcknowledged", "false");
        return http.postForm(
                        "/process-groups/" + rootGroup() + "/process-groups/upload",
                        fields,
                        groupName + ".json",
                        definition)
                .path("id")
                .asText();
    }

    /**
     * Gives parameters of a context values and waits until NiFi has applied them. A parameter that exists stays
     * sensitive or not, as it is; a new one is not sensitive.
     */
    public void setParameters(String contextName, Map<String, String> values) {
        JsonNode context = parameterContext(contextName);
        Set<String> sensitive = StreamSupport.stream(
                        context.path("component").path("parameters").spliterator(), false)
                .map(parameter -> parameter.path("parameter"))
                .filter(parameter -> parameter.path("sensitive").asBoolean())
                .map(parameter -> parameter.path("name").asText())
                .collect(Collectors.toSet());
        String id = context.path("id").asText();
        ObjectNode request = NifiHttp.JSON.createObjectNode();
        request.set("revision", context.path("revision"));
        request.put("id", id);
        ObjectNode component = request.putObject("component");
        component.put("id", id).put("name", contextName);
        ArrayNode parameters = component.putArray("parameters");
        values.forEach((name, value) -> parameters
                .addObject()
                .putObject("parameter")
                .put("name", name)
                .put("value", value)
                .put("sensitive", sensitive.contains(name)));
        String updates = "/parameter-contexts/" + id + "/update-requests";
        awaitRequest(updates, http.post(updates, request), "parameters of " + contextName);
    }

    private JsonNode parameterContext(String name) {
        for (JsonNode context : http.get("/flow/parameter-contexts").path("parameterContexts")) {
            if (name.equals(context.path("component").path("name").asText())) {
                return http.get("/parameter-contexts/" + context.path("id").asText());
            }
        }
        throw new NifiApiException("NiFi has no parameter context named " + name, 404, null);
    }

    /** Waits for a request of NiFi's asynchronous kind, removes it, and fails with its reason where it failed. */
    private void awaitRequest(String path, JsonNode started, String what) {
        String id = started.path("request").path("requestId").asText();
        Waiting.until(
                what + " to be applied",
                PATIENCE,
                () -> http.get(path + "/" + id).path("request").path("complete").asBoolean());
        JsonNode ended = http.delete(path + "/" + id).path("request");
        if (!ended.path("failureReason").isMissingNode()
                && !ended.path("failureReason").isNull()) {
            throw new NifiApiException(
                    "NiFi did not apply the " + what + ": "
                            + ended.path("failureReason").asText(),
                    409,
                    null);
        }
    }

    /**
     * Enables all controller services of a group and the groups below, and waits until they are.
     *
     * @throws SandboxException naming every service that is not valid, or not enabled after a minute
     */
    public void enableControllerServices(String groupId) {
        failOnInvalid(controllerServices(groupId));
        http.put(
                "/flow/process-groups/" + groupId + "/controller-services",
                NifiHttp.JSON
                        .createObjectNode()
                        .put("id", groupId)
                        .put("state", "ENABLED")
                        .put("disconnectedNodeAcknowledged", false));
        await(groupId, this::controllerServices, service -> service.state().equals("ENABLED"), "enabled");
    }

    /** Disables all controller services of a group and waits until they are; what refers to them must be stopped. */
    public void disableControllerServices(String groupId) {
        http.put(
                "/flow/process-groups/" + groupId + "/controller-services",
                NifiHttp.JSON
                        .createObjectNode()
                        .put("id", groupId)
                        .put("state", "DISABLED")
                        .put("disconnectedNodeAcknowledged", false));
        await(groupId, this::controllerServices, service -> service.state().equals("DISABLED"), "disabled");
    }

    /**
     * Starts all processors of a group and the groups below, and waits until they run.
     *
     * @throws SandboxException naming every processor that is not valid, or does not run after a minute
     */
    public void start(String groupId) {
        Waiting.until("the processors to be validated", PATIENCE, () -> processors(groupId).stream()
                .noneMatch(processor -> processor.validation().equals("VALIDATING")));
        failOnInvalid(processors(groupId));
        schedule(groupId, "RUNNING");
        await(groupId, this::processors, processor -> processor.state().equals("RUNNING"), "running");
    }

    /** Stops all processors of a group and the groups below, and waits until none has a thread left. */
    public void stop(String groupId) {
        schedule(groupId, "STOPPED");
        await(groupId, this::processors, processor -> !processor.state().equals("RUNNING"), "stopped");
        Waiting.until("the processors' last threads to end", PATIENCE, () -> processorStatus(groupId).stream()
                .allMatch(processor -> processor.activeThreads() == 0));
    }

    private void schedule(String groupId, String state) {
        http.put(
                "/flow/process-groups/" + groupId,
                NifiHttp.JSON
                        .createObjectNode()
                        .put("id", groupId)
                        .put("state", state)
                        .put("disconnectedNodeAcknowledged", false));
    }

    /** Starts one processor. */
    public void startProcessor(String processorId) {
        setRunStatus(processorId, "RUNNING");
    }

    /** Stops one processor and waits until it has no thread left. */
    public void stopProcessor(String processorId) {
        setRunStatus(processorId, "STOPPED");
        Waiting.until("processor " + processorId + " to stop", PATIENCE, () -> {
            JsonNode status =
                    http.get("/processors/" + processorId).path("status").path("aggregateSnapshot");
            return status.path("activeThreadCount").asInt() == 0;
        });
    }

    /** Runs a stopped processor exactly once. */
    public void runOnce(String processorId) {
        setRunStatus(processorId, "RUN_ONCE");
    }

    private void setRunStatus(String processorId, String state) {
        ObjectNode request = NifiHttp.JSON.createObjectNode();
        request.set("revision", http.get("/processors/" + processorId).path("revision"));
        request.put("state", state).put("disconnectedNodeAcknowledged", false);
        http.put("/processors/" + processorId + "/run-status", request);
    }

    /** Gives properties of a stopped processor values; a null value removes the property. */
    public void setProcessorProperties(String processorId, Map<String, String> properties) {
        setProperties("/processors/" + processorId, processorId, properties, Set.of(), true);
    }

    /** Gives properties of a disabled controller service values; a null value removes the property. */
    public void setServiceProperties(String serviceId, Map<String, String> properties) {
        setProperties("/controller-services/" + serviceId, serviceId, properties, Set.of(), false);
    }

    /** Gives a disabled controller service properties of its own that are secret. */
    public void setSecretServiceProperties(String serviceId, Map<String, String> properties) {
        setProperties("/controller-services/" + serviceId, serviceId, properties, properties.keySet(), false);
    }

    private void setProperties(
            String path, String id, Map<String, String> properties, Set<String> secret, boolean inConfig) {
        ObjectNode request = NifiHttp.JSON.createObjectNode();
        request.set("revision", http.get(path).path("revision"));
        ObjectNode component = request.putObject("component").put("id", id);
        ObjectNode values =
                inConfig ? component.putObject("config").putObject("properties") : component.putObject("properties");
        properties.forEach(values::put);
        ArrayNode sensitive =
                (inConfig ? (ObjectNode) component.get("config") : component).putArray("sensitiveDynamicPropertyNames");
        secret.forEach(sensitive::add);
        http.put(path, request);
    }

    /** All processors and controller services of a group and the groups below. */
    public List<Component> components(String groupId) {
        List<Component> components = new ArrayList<>(processors(groupId));
        components.addAll(controllerServices(groupId));
        return components;
    }

    /** The processors of a group and the groups below. */
    public List<Component> processors(String groupId) {
        return readings.processors(groupId);
    }

    /** The controller services of a group and the groups below. */
    public List<Component> controllerServices(String groupId) {
        return readings.controllerServices(groupId);
    }

    /** What waits in the connections of a group and the groups below. */
    public List<Queue> queues(String groupId) {
        return readings.queues(groupId);
    }

    /** What the processors of a group and the groups below did in the last five minutes. */
    public List<ProcessorStatus> processorStatus(String groupId) {
        return readings.processorStatus(groupId);
    }

    /** The bulletins of the last five minutes, oldest first. */
    public List<Bulletin> bulletins() {
        return readings.bulletins();
    }

    /** NiFi's counters, by {@code component name / counter name}. */
    public Map<String, Long> counters() {
        return readings.counters();
    }

    /** Empties every queue of a group and the groups below. */
    public void emptyQueues(String groupId) {
        String requests = "/process-groups/" + groupId + "/empty-all-connections-requests";
        JsonNode started = http.post(requests, NifiHttp.JSON.createObjectNode());
        String id = started.path("dropRequest").path("id").asText();
        Waiting.until("the queues to be emptied", PATIENCE, () -> http.get(requests + "/" + id)
                .path("dropRequest")
                .path("finished")
                .asBoolean());
        http.delete(requests + "/" + id);
    }

    /** Deletes a process group with everything in it: stops it, disables its services and drops what is queued. */
    public void delete(String groupId) {
        stop(groupId);
        disableControllerServices(groupId);
        emptyQueues(groupId);
        String version = http.get("/process-groups/" + groupId)
                .path("revision")
                .path("version")
                .asText();
        http.delete("/process-groups/" + groupId + "?version=" + encode(version));
    }

    /** Any other resource of the API, read. */
    public JsonNode get(String path) {
        return http.get(path);
    }

    /** Any other resource of the API, made. */
    public JsonNode post(String path, JsonNode body) {
        return http.post(path, body);
    }

    /** Any other resource of the API, changed. */
    public JsonNode put(String path, JsonNode body) {
        return http.put(path, body);
    }

    private void await(
            String groupId, Function<String, List<Component>> read, Predicate<Component> reached, String what) {
        try {
            Waiting.until("all components to be " + what, PATIENCE, () -> read.apply(groupId).stream()
                    .allMatch(reached));
        } catch (SandboxException late) {
            throw new SandboxException(
                    late.getMessage() + "; not yet: "
                            + describe(read.apply(groupId).stream()
                                    .filter(reached.negate())
                                    .toList()),
                    late);
        }
    }

    private static void failOnInvalid(List<Component> components) {
        List<Component> invalid = components.stream()
                .filter(component ->
                        component.missing() || component.validation().equals("INVALID"))
                .toList();
        if (!invalid.isEmpty()) {
            throw new SandboxException("NiFi finds these components invalid: " + describe(invalid));
        }
    }

    private static String describe(List<Component> components) {
        return components.stream()
                .map(component -> component.name() + " (" + component.state() + "): "
                        + String.join("; ", component.validationErrors()))
                .collect(Collectors.joining(" | "));
    }

    private static Set<String> types(JsonNode list) {
        Set<String> types = new TreeSet<>();
        list.forEach(type -> types.add(type.path("type").asText()));
        return types;
    }
}
