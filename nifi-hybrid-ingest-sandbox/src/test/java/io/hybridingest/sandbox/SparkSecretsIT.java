package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the secrets of a launch show, on a real NiFi and a real Spark, though the application prints them all. */
class SparkSecretsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String OWN = "own-setting-of-the-driver";
    private static final String KAFKA = "password-of-the-kafka-user";
    private static final String VARIABLE = "variable-of-the-environment";
    private static final String[] SECRETS = {OWN, KAFKA, VARIABLE};

    @Test
    void showInTheFilesOfNifisUserAndInTheDriversEnvironmentAlone() throws Exception {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("secrets"))
                .withNifi()
                .withSpark()
                .fresh()
                .start()) {
            NifiApi api = sandbox.nifi().api();
            Path go = Files.createDirectories(sandbox.data()).resolve("go");
            String group = build(sandbox, go);
            api.enableControllerServices(group);
            api.start(group);
            Path run = runThatWorks(sandbox);

            assertProcesses(sandbox);
            Files.createFile(go);
            Waiting.until("the failure to be told", PATIENCE, () -> api.queues(group).stream()
                    .anyMatch(queue -> queue.flowFiles() > 0));
            api.stop(group);

            assertThat(SecretSearch.content(run.resolve("driver.log")))
                    .as("the application printed them")
                    .contains(SECRETS);
            assertThat(SecretSearch.content(run.resolve("spark.properties"))).contains(OWN, KAFKA);
            assertThat(SecretSearch.content(run.resolve("secrets.json"))).contains(VARIABLE);
            assertThat(provenanceOfTheFailure(api)).contains("spark.launch.id").doesNotContain(SECRETS);
            assertThat(api.bulletins().toString()).contains("exit code 1").doesNotContain(SECRETS);
            Path nifi = sandbox.nifi().directory();
            assertFiles(nifi.resolve("conf"), "TEST_OWN");
            assertFiles(nifi.resolve("provenance_repository"), run.getFileName().toString());
            assertFiles(nifi.resolve("content_repository"), "that was all");
            assertFiles(nifi.resolve("flowfile_repository"), run.getFileName().toString());
            assertFiles(nifi.resolve("state"), run.getFileName().toString());
            assertFiles(sandbox.logs(), "RunSparkBatch");
            assertFiles(run, "heartbeatAt");
            api.delete(group);
        }
    }

    private static void assertProcesses(Sandbox sandbox) {
        String runs = sandbox.sparkRuns().toString();
        List<ProcessHandle> launched = ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> ProcFiles.environment(process).contains("TEST_OWN=" + VARIABLE))
                .toList();
        assertThat(launched).as("the JVM and Python").hasSizeGreaterThanOrEqualTo(2);
        assertThat(launched).anyMatch(process -> ProcFiles.commandLine(process).contains(runs));
        assertThat(launched).allSatisfy(process -> assertThat(ProcFiles.environment(process))
                .doesNotContain(OWN, KAFKA));
        ProcessHandle.allProcesses()
                .forEach(process -> assertThat(ProcFiles.commandLine(process)).doesNotContain(SECRETS));
    }

    /** No file of the tree holds a secret, and some file of it holds the sign that this was looked for well. */
    private static void assertFiles(Path tree, String sign) throws IOException {
        boolean signed = false;
        List<String> ofNifisUser = List.of("driver.log", "spark.properties", "secrets.json");
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!ofNifisUser.contains(file.getFileName().toString())) {
                    String text = SecretSearch.content(file);
                    assertThat(text).as(file.toString()).doesNotContain(SECRETS);
                    signed |= text.contains(sign);
                }
            }
        }
        assertThat(signed).as("%s somewhere in %s", sign, tree).isTrue();
    }

    private static Path runThatWorks(Sandbox sandbox) throws IOException {
        Waiting.until("a driver to work under " + sandbox.sparkRuns(), PATIENCE, () -> runs(sandbox).stream()
                .anyMatch(run -> statusOf(run).contains("RUNNING")));
        return runs(sandbox).getFirst();
    }

    private static List<Path> runs(Sandbox sandbox) {
        try (Stream<Path> children = Files.list(sandbox.sparkRuns())) {
            return children.filter(child -> Files.exists(child.resolve("request.json")))
                    .sorted()
                    .toList();
        } catch (IOException notYet) {
            return List.of();
        }
    }

    private static String statusOf(Path run) {
        try {
            return Files.readString(run.resolve("status.json"));
        } catch (IOException notYet) {
            return "";
        }
    }

    /** Every event with all its attributes, once the failure is among them: NiFi indexes an event some time after it happened. */
    private static String provenanceOfTheFailure(NifiApi api) {
        AtomicReference<String> events = new AtomicReference<>("");
        Waiting.until("the failure to be in the provenance", PATIENCE, () -> {
            events.set(provenance(api));
            return events.get().contains("exit-code");
        });
        return events.get();
    }

    private static String provenance(NifiApi api) {
        ObjectNode query = JSON.createObjectNode();
        query.putObject("provenance")
                .putObject("request")
                .put("maxResults", 1000)
                .put("incrementalResults", false)
                .put("summarize", false);
        String path = "/provenance/"
                + api.post("/provenance", query).path("provenance").path("id").asText();
        Waiting.until(
                "the provenance to be found",
                PATIENCE,
                () -> api.get(path).path("provenance").path("finished").asBoolean());
        StringBuilder events = new StringBuilder();
        for (JsonNode event : api.get(path).path("provenance").path("results").path("provenanceEvents")) {
            events.append(api.get("/provenance-events/" + event.path("eventId").asText()));
        }
        return events.toString();
    }

    private static String build(Sandbox sandbox, Path go) throws Exception {
        NifiApi api = sandbox.nifi().api();
        String group = create(
                api,
                "/process-groups/" + api.rootGroup() + "/process-groups",
                JSON.createObjectNode().put("name", "secrets"));
        String kafka = service(
                api,
                group,
                "StandardKafkaClusterService",
                Map.of(
                        "Bootstrap Servers", "127.0.0.1:1",
                        "Security Protocol", "SASL_PLAINTEXT",
                        "SASL Mechanism", "SCRAM-SHA-256",
                        "SASL Username", "user",
                        "SASL Password", KAFKA));
        SparkDistribution spark = sandbox.spark();
        String submit = service(
                api,
                group,
                "StandardSparkSubmitService",
                Map.ofEntries(
                        Map.entry("Spark Home", spark.sparkHome().toString()),
                        Map.entry("Java Home", spark.javaHome().toString()),
                        Map.entry("Python Executable", spark.python().toString()),
                        Map.entry("Master", "local[1]"),
                        Map.entry("Driver Memory", "700m"),
                        Map.entry("Working Directory", sandbox.sparkRuns().toString()),
                        Map.entry("spark.ui.enabled", "false"),
                        Map.entry("spark.driver.bindAddress", "127.0.0.1"),
                        Map.entry("spark.driver.host", "127.0.0.1"),
                        Map.entry("spark.test.own", OWN),
                        Map.entry("env.TEST_OWN", VARIABLE)));
        String processor = create(
                api,
                "/process-groups/" + group + "/processors",
                JSON.createObjectNode().put("type", "io.hybridingest.nifi.processors.RunSparkBatch"));
        String application = Path.of(
                        SparkSecretsIT.class.getResource("/telling_batch.py").toURI())
                .toString();
        api.setProcessorProperties(
                processor,
                Map.of(
                        "Spark Submit Service",
                        submit,
                        "Kafka Cluster Service",
                        kafka,
                        "Application",
                        "application-file",
                        "Application File",
                        application,
                        "Application Arguments",
                        go.toString(),
                        "Data Interval",
                        "1 day",
                        "Retries",
                        "0"));
        connectFailure(api, group, processor);
        return group;
    }

    private static void connectFailure(NifiApi api, String group, String processor) {
        ObjectNode change = JSON.createObjectNode();
        JsonNode present = api.get("/processors/" + processor);
        change.set("revision", present.path("revision"));
        ObjectNode component = change.putObject("component").put("id", processor);
        for (JsonNode relationship : present.path("component").path("relationships")) {
            if (!relationship.path("name").asText().equals("failure")) {
                component
                        .withObject("/config")
                        .withArray("autoTerminatedRelationships")
                        .add(relationship.path("name").asText());
            }
        }
        api.put("/processors/" + processor, change);
        String funnel = create(api, "/process-groups/" + group + "/funnels", JSON.createObjectNode());
        ObjectNode connection = JSON.createObjectNode();
        connection
                .putObject("source")
                .put("id", processor)
                .put("groupId", group)
                .put("type", "PROCESSOR");
        connection
                .putObject("destination")
                .put("id", funnel)
                .put("groupId", group)
                .put("type", "FUNNEL");
        connection.putArray("selectedRelationships").add("failure");
        create(api, "/process-groups/" + group + "/connections", connection);
    }

    private static String service(NifiApi api, String group, String type, Map<String, String> properties) {
        ObjectNode component = JSON.createObjectNode().put("type", "io.hybridingest.nifi.services." + type);
        String id = create(api, "/process-groups/" + group + "/controller-services", component);
        Map<Boolean, Map<String, String>> bySecrecy = properties.entrySet().stream()
                .collect(Collectors.partitioningBy(
                        property -> property.getKey().contains(".")
                                && List.of(SECRETS).contains(property.getValue()),
                        Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        api.setServiceProperties(id, bySecrecy.get(false));
        api.setSecretServiceProperties(id, bySecrecy.get(true));
        return id;
    }

    private static String create(NifiApi api, String path, ObjectNode component) {
        ObjectNode request = JSON.createObjectNode();
        request.putObject("revision").put("version", 0);
        request.set("component", component);
        return api.post(path, request).path("id").asText();
    }
}
