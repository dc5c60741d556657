package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.flow.PublishFlow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real NiFi, with its own repositories, that is killed while it publishes. */
class PublishKilledNifiIT {
    private static final String NAME = "killed-nifi";
    private static final long MAX_LAG = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory(NAME))
                .withKafka()
                .withNifi()
                .fresh()
                .start();
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    /** The broker commits, and the answer never comes: so NiFi stands between Kafka's commit and its own for sure. */
    @Test
    void whatKafkaHasCommittedAndNifiHasNotIsPublishedAgain() throws Exception {
        KafkaBroker broker = sandbox.kafka();
        broker.createTopic(NAME, 2);
        Path incoming = Files.createDirectories(sandbox.data().resolve("incoming"));
        PipelineDefinition pipeline = Readings.pipeline(NAME, MAX_LAG);
        for (int file = 0; file < 5; file++) {
            Files.write(incoming.resolve("file-" + file), Readings.container(pipeline, file * 20, 20));
        }
        Nifi nifi = sandbox.nifi();
        try (LossyProxy proxy = LossyProxy.before(broker)) {
            proxy.lose(ApiKeys.END_TXN, Integer.MAX_VALUE);
            byte[] flow =
                    new PublishFlow(NAME, Readings.yaml(NAME, MAX_LAG), proxy.bootstrapServers()).ofFiles(incoming);
            String group = nifi.api().importFlow(NAME, flow);
            nifi.api().enableControllerServices(group);
            nifi.api().start(group);
            Waiting.until("NiFi to write its running flow down", PATIENCE, () -> savedFlow()
                    .contains("\"scheduledState\":\"RUNNING\""));
            Waiting.until(
                    "Kafka's commit",
                    PATIENCE,
                    () -> proxy.lost() > 0
                            && Readings.readCommitted(broker, NAME).size() >= 100);
            assertThat(queued(group)).as("FlowFiles that NiFi still has").isEqualTo(5);

            nifi.kill();
            proxy.lose(ApiKeys.END_TXN, 0);
            nifi.restart();

            Waiting.until("everything to be published again", PATIENCE, () -> queued(group) == 0);
        }
        assertThat(Readings.readCommitted(broker, NAME))
                .extracting(Readings::id)
                .as("at least twice, told apart by identity")
                .hasSizeGreaterThanOrEqualTo(200)
                .containsAll(Readings.ids(0, 100));
    }

    private static long queued(String group) {
        return sandbox.nifi().api().queues(group).stream()
                .mapToLong(NifiApi.Queue::flowFiles)
                .sum();
    }

    /** NiFi writes a change of the flow half a second later. */
    private static String savedFlow() throws IOException {
        Path file = sandbox.nifi().directory().resolve("conf").resolve("flow.json.gz");
        try (InputStream flow = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(flow.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
