package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.Definitions;
import io.hybridingest.launch.Drivers;
import io.hybridingest.launch.StubSpark;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSparkStreamTest {
    @TempDir
    private Path directory;

    private final TickingClock clock = new TickingClock();
    private StubSpark spark;
    private TestRunner runner;
    private SparkServices.FixedKafka kafka;

    @BeforeEach
    void configure() throws Exception {
        spark = StubSpark.in(directory, StubSpark.STREAMS);
        runner = TestRunners.newTestRunner(new RunSparkStream(clock, () -> 0));
        kafka = SparkServices.addTo(runner, spark);
        runner.setProperty(RunSparkStream.PROGRESS_INTERVAL, "500 ms");
    }

    @AfterEach
    void endDrivers() {
        Drivers.killUnder(spark.workingDirectory());
    }

    @Test
    void keepsTheIngestJobAliveReportsProgressAndStopsIt() throws Exception {
        triggerUntil(RunSparkStream.PROGRESS);
        MockFlowFile progress =
                runner.getFlowFilesForRelationship(RunSparkStream.PROGRESS).getFirst();
        progress.assertAttributeEquals("hybrid.pipeline", "payments");
        progress.assertAttributeEquals("hybrid.lane", "stream");
        progress.assertAttributeEquals("spark.application.id", "app-1");
        progress.assertAttributeEquals("spark.ui.address", "http://127.0.0.1:4040");
        progress.assertAttributeEquals("spark.state", "RUNNING");
        progress.assertAttributeEquals("mime.type", "application/json");
        assertThat(progress.getContent()).startsWith("[{\"batchId\":0,").endsWith("}]\n");
        Path run = Path.of(progress.getAttribute("spark.run.directory"));
        assertThat(Files.readString(run.resolve("request.json")))
                .contains("IngestJob (stream)", "--pipeline", "pipelineFingerprint");
        assertThat(Files.readString(run.resolve("spark.properties"))).contains(SparkServices.SASL_PASSWORD);
        assertThat(Files.readString(run.resolve("pipeline.json"))).contains("payments");
        runner.stop();
        assertThat(Drivers.under(spark.workingDirectory())).isEmpty();
        assertThat(Files.readString(run.resolve("status.json"))).contains("STOPPED");
        assertThat(runner.getFlowFilesForRelationship(RunSparkStream.FAILURE)).isEmpty();
    }

    @Test
    void takesOverADriverThatWasLeftRunning() throws Exception {
        runner.setProperty(RunSparkStream.LEAVE_RUNNING, "true");
        triggerUntil(RunSparkStream.PROGRESS);
        runner.stop();
        assertThat(Drivers.under(spark.workingDirectory())).hasSize(1);
        runner.clearTransferState();
        triggerUntil(RunSparkStream.PROGRESS);
        assertThat(runDirectories()).hasSize(1);
        assertThat(Drivers.under(spark.workingDirectory())).hasSize(1);
    }

    @Test
    void tellsOfADeathWithTheEndOfTheLogAndStartsAnother() throws Exception {
        spark.script("echo org.example.NoSuchTable: payments; exit 1");
        triggerUntil(RunSparkStream.FAILURE);
        MockFlowFile failure =
                runner.getFlowFilesForRelationship(RunSparkStream.FAILURE).getFirst();
        assertThat(failure.getContent()).contains("org.example.NoSuchTable: payments");
        failure.assertAttributeEquals("spark.exit.code", "1");
        assertThat(failure.getAttribute("spark.error")).startsWith("exit-code: ");
        assertThat(runner.getLogger().getErrorMessages()).isNotEmpty();
        spark.script(StubSpark.STREAMS);
        triggerUntil(RunSparkStream.PROGRESS);
        runner.stop();
    }

    @Test
    void refusesADefinitionThatTheCheckpointCannotTakeUntilItIsAccepted() throws Exception {
        triggerUntil(RunSparkStream.PROGRESS);
        runner.stop();
        PipelineDefinition newer = Definitions.changed("identity: [payment_id]", "identity: [account]");
        runner.getControllerService("pipeline", SparkServices.FixedPipeline.class)
                .define(newer);
        triggerUntil(RunSparkStream.FAILURE);
        MockFlowFile refusal =
                runner.getFlowFilesForRelationship(RunSparkStream.FAILURE).getFirst();
        assertThat(refusal.getAttribute("spark.error"))
                .startsWith("incompatible-definition: ")
                .endsWith("Nothing is launched until that is settled.");
        assertThat(refusal.getContent())
                .contains("identity: was [payment_id] and is [account]", "Accepted Definition", newer.fingerprint());
        assertThat(runner.getLogger().getErrorMessages()).singleElement().satisfies(error -> assertThat(error.getMsg())
                .contains("identity: was [payment_id] and is [account]"));
        assertThat(runDirectories()).hasSize(1);
        runner.stop();
        runner.setProperty(RunSparkStream.ACCEPTED_DEFINITION, newer.fingerprint());
        runner.clearTransferState();
        triggerUntil(RunSparkStream.PROGRESS);
        assertThat(runDirectories()).hasSize(2);
        assertThat(runner.getFlowFilesForRelationship(RunSparkStream.FAILURE)).isEmpty();
        runner.stop();
    }

    @Test
    void recordsTheLaunchInClusterStateBeforeItLooksAtAnything() throws Exception {
        triggerUntil(RunSparkStream.PROGRESS);
        String launch = runner.getFlowFilesForRelationship(RunSparkStream.PROGRESS)
                .getFirst()
                .getAttribute("spark.launch.id");
        runner.getStateManager().assertStateEquals("launch.id", launch, Scope.CLUSTER);
        runner.stop();
    }

    @Test
    void warnsOfAnIngestJobThatDoesNotGetOnWhileKafkaFills() throws Exception {
        spark.script(
                "status RUNNING; progress 0; while [ ! -e $RUN/stop ]; do sleep 0.1; done; status STOPPED; exit 0");
        runner.setProperty(RunSparkStream.STALLED_TRIGGERS, "2");
        kafka.lag(7);
        triggerUntil(RunSparkStream.PROGRESS);
        runner.run(1, false, false);
        kafka.lag(70);
        runner.run(1, false, false);
        assertThat(runner.getLogger().getWarnMessages()).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        runner.run(1, false, false);
        assertThat(runner.getLogger().getWarnMessages()).singleElement().satisfies(warning -> assertThat(
                        warning.getMsg())
                .contains("does not get on", "http://127.0.0.1:4040"));
        assertThat(kafka.views()).isEqualTo(1);
        runner.stop();
        assertThat(kafka.views()).as("closed with the processor").isZero();
    }

    @Test
    void neverPutsASecretWhereOthersCanReadIt() throws Exception {
        spark.script("echo \"$(cat \"$PROPERTIES\")\"; status RUNNING; exit 1");
        triggerUntil(RunSparkStream.FAILURE);
        MockFlowFile failure =
                runner.getFlowFilesForRelationship(RunSparkStream.FAILURE).getFirst();
        Path log = Path.of(failure.getAttribute("spark.driver.log"));
        assertThat(Files.readString(log)).as("the application did print it").contains(SparkServices.SASL_PASSWORD);
        assertThat(failure.getContent()).contains("(redacted)").doesNotContain(SparkServices.SASL_PASSWORD);
        assertThat(failure.getAttributes().values()).noneMatch(value -> value.contains(SparkServices.SASL_PASSWORD));
        assertThat(runner.getProvenanceEvents().toString()).doesNotContain(SparkServices.SASL_PASSWORD);
        assertThat(runner.getLogger().getErrorMessages().toString()).doesNotContain(SparkServices.SASL_PASSWORD);
        assertThat(runner.getStateManager().getState(Scope.CLUSTER).toMap().toString())
                .doesNotContain(SparkServices.SASL_PASSWORD);
        runner.stop();
    }

    @Test
    void refusesAnIngestJobWithoutKafkaAndAJarWithoutItsClass() throws Exception {
        runner.removeProperty(SparkProcessorProperties.KAFKA_CLUSTER_SERVICE);
        assertThatThrownBy(runner::assertValid).hasMessageContaining("reads its stream from Kafka");
        Path jar = Files.createFile(directory.resolve("app.jar"));
        runner.removeProperty(SparkProcessorProperties.PIPELINE_SERVICE);
        runner.setProperty(SparkProcessorProperties.APPLICATION, ApplicationChoice.APPLICATION_FILE);
        runner.setProperty(SparkProcessorProperties.APPLICATION_FILE, jar.toString());
        assertThatThrownBy(runner::assertValid).hasMessageContaining("a JAR needs its main class");
        runner.setProperty(SparkProcessorProperties.MAIN_CLASS, "org.example.App");
        runner.assertValid();
    }

    /** The system's clock, put forward by what the test says. */
    private static final class TickingClock extends Clock {
        private Duration ahead = Duration.ZERO;

        void advance(Duration by) {
            ahead = ahead.plus(by);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void triggerUntil(Relationship relationship) {
        runner.run(1, false, true);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            runner.run(1, false, false);
            return !runner.getFlowFilesForRelationship(relationship).isEmpty();
        });
    }

    private List<Path> runDirectories() throws IOException {
        try (Stream<Path> children = Files.list(spark.workingDirectory())) {
            return children.filter(child -> !child.endsWith("lib")).toList();
        }
    }
}
