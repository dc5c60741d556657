package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.sandbox.NifiApi.Component;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NifiIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("nifi"))
                .withNifi()
                .fresh()
                .start();
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    @Test
    void offersOurComponents() {
        NifiApi api = sandbox.nifi().api();
        assertThat(api.version()).isEqualTo(Layout.ofBuild().versions().get("nifi"));
        assertThat(api.processorTypes())
                .contains(
                        "io.hybridingest.nifi.processors.PreprocessRecord",
                        "io.hybridingest.nifi.processors.RouteHybridRecord",
                        "io.hybridingest.nifi.processors.PublishKafkaStream",
                        "io.hybridingest.nifi.processors.RunSparkStream",
                        "io.hybridingest.nifi.processors.RunSparkBatch");
        assertThat(api.controllerServiceTypes())
                .contains(
                        "io.hybridingest.nifi.services.StandardIngestPipelineService",
                        "io.hybridingest.nifi.services.StandardKafkaClusterService",
                        "io.hybridingest.nifi.services.StandardSparkSubmitService");
    }

    @Test
    void runsAnImportedFlowAndKeepsItsQueueOverAKill() throws IOException {
        Nifi nifi = sandbox.nifi();
        NifiApi api = nifi.api();
        String group = api.importFlow("greeting", greetingFlow());
        assertThat(api.components(group)).hasSize(4).noneMatch(Component::missing);
        api.setParameters("greeting", Map.of("greeting", "good morning"));
        api.enableControllerServices(group);
        api.start(group);
        Waiting.until("the greeting to wait before the funnel", PATIENCE, () -> queued(group) == 3);
        Waiting.until("the greeting to be said", PATIENCE, () -> api.bulletins().stream()
                .anyMatch(bulletin -> bulletin.message().contains("It said good morning")));
        api.stop(group);
        assertThat(api.processors(group)).extracting(Component::state).containsOnly("STOPPED");

        // What is written may still be the flow as it was imported, with its service disabled.
        Waiting.until("NiFi to write its stopped flow down", PATIENCE, () -> {
            String saved = savedFlow();
            return !saved.contains("\"scheduledState\":\"RUNNING\"")
                    && !saved.contains("\"scheduledState\":\"DISABLED\"");
        });

        nifi.kill();
        assertThatThrownBy(api::version)
                .isInstanceOf(NifiApiException.class)
                .hasMessageContaining("NiFi does not answer at");
        nifi.restart();

        assertThat(queued(group)).isEqualTo(3);
        // NiFi answers before it has enabled what was enabled.
        Waiting.until("the services to be enabled again", PATIENCE, () -> api.controllerServices(group).stream()
                .allMatch(service -> service.state().equals("ENABLED")));
        api.delete(group);
        assertThatThrownBy(() -> api.processors(group))
                .isInstanceOfSatisfying(NifiApiException.class, refused -> assertThat(refused.status())
                        .isEqualTo(404));
    }

    @Test
    void aSecondRunInTheSameDirectoryIsRefused() {
        assertThatThrownBy(() ->
                        Sandbox.builder().directory(sandbox.directory()).fresh().start())
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("A run is already going on here")
                .hasMessageContaining("process " + ProcessHandle.current().pid())
                .hasMessageContaining("make down");
        assertThat(sandbox.nifi().api().version()).isNotEmpty();
    }

    @Test
    void runsBesideAnotherNifi() {
        try (Sandbox other = Sandbox.builder()
                .directory(Sandbox.testDirectory("nifi-beside"))
                .withNifi()
                .start()) {
            assertThat(other.nifi().canvas()).isNotEqualTo(sandbox.nifi().canvas());
            assertThat(other.nifi().api().rootGroup())
                    .isNotEqualTo(sandbox.nifi().api().rootGroup());
        }
    }

    @Test
    void listensOnThisMachineOnly() {
        assertThat(sandbox.nifi().canvas()).hasHost("127.0.0.1").hasPath("/nifi/");
    }

    private static long queued(String group) {
        List<NifiApi.Queue> queues = sandbox.nifi().api().queues(group);
        return queues.stream()
                .filter(queue -> queue.destination().equals("Funnel"))
                .mapToLong(NifiApi.Queue::flowFiles)
                .sum();
    }

    /** NiFi writes a change of the flow half a second later; one that a kill overtakes never was. */
    private static String savedFlow() throws IOException {
        Path file = sandbox.nifi().directory().resolve("conf").resolve("flow.json.gz");
        try (InputStream flow = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(flow.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] greetingFlow() throws IOException {
        try (InputStream definition = NifiIT.class.getResourceAsStream("/greeting-flow.json")) {
            return definition.readAllBytes();
        }
    }
}
