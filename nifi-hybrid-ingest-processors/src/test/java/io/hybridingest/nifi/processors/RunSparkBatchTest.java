package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.Drivers;
import io.hybridingest.launch.SetClock;
import io.hybridingest.launch.StubSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

class RunSparkBatchTest {
    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T09:10:00Z"));
    private StubSpark spark;
    private TestRunner runner;

    @BeforeEach
    void configure() throws Exception {
        spark = StubSpark.in(directory, StubSpark.SUCCEEDS);
        runner = TestRunners.newTestRunner(new RunSparkBatch(clock));
        SparkServices.addTo(runner, spark);
    }

    @AfterEach
    void endDrivers() {
        Drivers.killUnder(spark.workingDirectory());
    }

    @Test
    void runsTheIngestJobForThePipelinesIntervalAndSumsUp() throws Exception {
        withoutInput();
        triggerUntil(RunSparkBatch.SUCCESS);
        MockFlowFile summary =
                runner.getFlowFilesForRelationship(RunSparkBatch.SUCCESS).getFirst();
        summary.assertAttributeEquals("spark.interval.start", "2026-01-01T08:00:00Z");
        summary.assertAttributeEquals("spark.interval.end", "2026-01-01T09:00:00Z");
        summary.assertAttributeEquals("spark.state", "SUCCEEDED");
        summary.assertAttributeEquals("spark.exit.code", "0");
        summary.assertAttributeEquals("hybrid.lane", "batch");
        assertThat(summary.getContent()).contains("\"rowsInserted\" : 7");
        assertThat(Files.readString(Path.of(summary.getAttribute("spark.run.directory"), "request.json")))
                .contains("--interval-start", "2026-01-01T08:00:00Z");
        runner.getStateManager().assertStateEquals("interval.mark", "2026-01-01T09:00:00Z", Scope.CLUSTER);
        runner.run(1, false, false);
        assertThat(runDirectories()).as("nothing more to run").hasSize(1);
    }

    @Test
    void neverTakesSilenceForSuccess() throws Exception {
        withoutInput();
        spark.script("exit 0");
        runner.setProperty(RunSparkBatch.RETRIES, "0");
        triggerUntil(RunSparkBatch.FAILURE);
        MockFlowFile failure =
                runner.getFlowFilesForRelationship(RunSparkBatch.FAILURE).getFirst();
        assertThat(failure.getAttribute("spark.error")).startsWith("no-status: ");
        runner.getStateManager().assertStateEquals("interval.mark", "2026-01-01T08:00:00Z", Scope.CLUSTER);
    }

    @Test
    void holdsAFlowFileUntilItsRunEndedAndGivesItTheRunsAttributes() throws Exception {
        spark.script(StubSpark.WAITS);
        runner.setIncomingConnection(true);
        custom("--day ${day} --from '${spark.interval.start}'");
        runner.enqueue("first", Map.of("day", "monday"));
        runner.enqueue("second", Map.of("day", "tuesday"));
        runner.run(1, false, true);
        await().until(() -> runDirectories().size() == 1);
        Path run = runDirectories().getFirst();
        runner.run(3, false, false);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(2);
        assertThat(runDirectories()).as("one run at a time").hasSize(1);
        assertThat(Files.readString(run.resolve("request.json"))).contains("monday");
        Files.createFile(run.resolve("finish"));
        triggerMoreUntil(RunSparkBatch.SUCCESS);
        MockFlowFile done =
                runner.getFlowFilesForRelationship(RunSparkBatch.SUCCESS).getFirst();
        done.assertContentEquals("first");
        done.assertAttributeEquals("spark.run.directory", run.toString());
        done.assertAttributeEquals("spark.state", "SUCCEEDED");
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
    }

    @Test
    void findsTheRunOfAFlowFileAgainAfterTheProcessorWasStopped() throws Exception {
        spark.script(StubSpark.WAITS);
        runner.setIncomingConnection(true);
        custom("");
        runner.enqueue("content");
        runner.run(1, true, true);
        Path run = runDirectories().getFirst();
        await().until(() -> Files.exists(run.resolve("status.json")));
        assertThat(Drivers.under(spark.workingDirectory())).hasSize(1);
        Files.createFile(run.resolve("finish"));
        triggerUntil(RunSparkBatch.SUCCESS);
        assertThat(runDirectories()).hasSize(1);
    }

    @Test
    void sendsAFlowFileToFailureAfterItsRetries() throws Exception {
        spark.script("exit 2");
        runner.setIncomingConnection(true);
        custom("");
        runner.setProperty(RunSparkBatch.RETRIES, "1");
        runner.setProperty(RunSparkBatch.RETRY_DELAY, "1 sec");
        runner.enqueue("content");
        runner.run(1, false, true);
        await().until(() -> {
            clock.advance(Duration.ofSeconds(1));
            runner.run(1, false, false);
            return !runner.getFlowFilesForRelationship(RunSparkBatch.FAILURE).isEmpty();
        });
        MockFlowFile failed =
                runner.getFlowFilesForRelationship(RunSparkBatch.FAILURE).getFirst();
        failed.assertContentEquals("content");
        failed.assertAttributeEquals("spark.exit.code", "2");
        assertThat(runDirectories()).hasSize(2);
    }

    private void withoutInput() {
        runner.setIncomingConnection(false);
        runner.setNonLoopConnection(false);
    }

    private void custom(String arguments) throws IOException {
        runner.removeProperty(SparkProcessorProperties.PIPELINE_SERVICE);
        runner.setProperty(SparkProcessorProperties.APPLICATION, ApplicationChoice.APPLICATION_FILE);
        Path script = Files.createFile(directory.resolve("job.py"));
        runner.setProperty(SparkProcessorProperties.APPLICATION_FILE, script.toString());
        if (!arguments.isEmpty()) {
            runner.setProperty(RunSparkBatch.APPLICATION_ARGUMENTS, arguments);
        }
    }

    private void triggerUntil(Relationship relationship) {
        runner.run(1, false, true);
        triggerMoreUntil(relationship);
    }

    private void triggerMoreUntil(Relationship relationship) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            runner.run(1, false, false);
            return !runner.getFlowFilesForRelationship(relationship).isEmpty();
        });
    }

    private List<Path> runDirectories() throws IOException {
        try (Stream<Path> children = Files.list(spark.workingDirectory())) {
            return children.filter(child -> !child.endsWith("lib")).sorted().toList();
        }
    }
}
