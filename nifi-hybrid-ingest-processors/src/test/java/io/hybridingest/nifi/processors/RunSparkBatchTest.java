package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.Drivers;
import io.hybridingest.launch.MissedIntervals;
import io.hybridingest.launch.Overlap;
import io.hybridingest.launch.SetClock;
import io.hybridingest.launch.StubSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
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
        runner = TestRunners.newTestRunner(new RunSparkBatch(clock, () -> 0));
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

    @Test
    void runsSeveralFlowFilesAtOnceAndLetsEachGoWhenItsOwnRunEnded() throws Exception {
        spark.script(StubSpark.WAITS);
        runner.setIncomingConnection(true);
        custom("--day ${day}");
        runner.setProperty(RunSparkBatch.CONCURRENT_RUNS, "3");
        for (String day : List.of("monday", "tuesday", "wednesday", "thursday")) {
            runner.enqueue(day, Map.of("day", day));
        }
        runner.run(1, false, true);
        runner.run(3, false, false);
        assertThat(runDirectories()).hasSize(3);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(4);
        Path tuesday = runDirectories().stream()
                .filter(run -> text(run.resolve("request.json")).contains("tuesday"))
                .findFirst()
                .orElseThrow();
        Files.createFile(tuesday.resolve("finish"));
        triggerMoreUntil(RunSparkBatch.SUCCESS);
        runner.getFlowFilesForRelationship(RunSparkBatch.SUCCESS).getFirst().assertContentEquals("tuesday");
        await().until(() -> {
            runner.run(1, false, false);
            return runDirectories().size() == 4;
        });
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(3);
        assertThat(Drivers.under(spark.workingDirectory())).hasSize(3);
    }

    @Test
    void runsTheNewestFlowFileAndSendsTheOthersToFailureWhereItReplaces() throws Exception {
        spark.script(StubSpark.STREAMS);
        runner.setIncomingConnection(true);
        custom("--day ${day}");
        runner.setProperty(IntervalProperties.OVERLAP, Overlap.REPLACE);
        runner.enqueue("monday", Map.of("day", "monday"));
        runner.run(1, false, true);
        Path first = runDirectories().getFirst();
        await().until(() -> Files.exists(first.resolve("status.json")));
        runner.enqueue("tuesday", Map.of("day", "tuesday"));
        runner.enqueue("wednesday", Map.of("day", "wednesday"));
        await().until(() -> {
            runner.run(1, false, false);
            return runDirectories().size() == 2;
        });
        assertThat(runner.getFlowFilesForRelationship(RunSparkBatch.FAILURE))
                .hasSize(2)
                .allSatisfy(replaced ->
                        assertThat(replaced.getAttribute("spark.error")).startsWith("replaced: "))
                .extracting(MockFlowFile::getContent)
                .containsExactlyInAnyOrder("monday", "tuesday");
        assertThat(text(runDirectories().getLast().resolve("request.json"))).contains("wednesday");
        assertThat(Drivers.under(spark.workingDirectory())).hasSize(1);
    }

    @Test
    void beginsDaysInTheChosenZoneAndFromTheChosenStart() throws Exception {
        withoutInput();
        clock.advance(Duration.between(clock.instant(), Instant.parse("2026-03-31T12:00:00Z")));
        runner.setProperty(IntervalProperties.DATA_INTERVAL, "1 day");
        runner.setProperty(IntervalProperties.TIME_ZONE, "Europe/Berlin");
        runner.setProperty(IntervalProperties.MISSED_INTERVALS, MissedIntervals.EACH);
        runner.setProperty(IntervalProperties.FIRST_INTERVAL_START, "2026-03-28T23:00:00Z");
        triggerUntil(RunSparkBatch.SUCCESS);
        MockFlowFile summary =
                runner.getFlowFilesForRelationship(RunSparkBatch.SUCCESS).getFirst();
        summary.assertAttributeEquals("spark.interval.start", "2026-03-28T23:00:00Z");
        summary.assertAttributeEquals("spark.interval.end", "2026-03-29T22:00:00Z");
    }

    @Test
    void doesIntervalsAgainWhereItsStateWasClearedAndTheStartIsSet() throws Exception {
        withoutInput();
        triggerUntil(RunSparkBatch.SUCCESS);
        runner.getStateManager().clear(Scope.CLUSTER);
        runner.setProperty(IntervalProperties.FIRST_INTERVAL_START, "2026-01-01T06:00:00Z");
        runner.setProperty(IntervalProperties.MISSED_INTERVALS, MissedIntervals.EACH);
        runner.clearTransferState();
        triggerUntil(RunSparkBatch.SUCCESS);
        runner.getFlowFilesForRelationship(RunSparkBatch.SUCCESS)
                .getFirst()
                .assertAttributeEquals("spark.interval.start", "2026-01-01T06:00:00Z");
        runner.getStateManager().assertStateEquals("interval.mark", "2026-01-01T07:00:00Z", Scope.CLUSTER);
    }

    @Test
    void launchesNothingWhileItsStateCannotBeWritten() throws Exception {
        withoutInput();
        runner.getStateManager().setFailOnStateSet(Scope.CLUSTER, true);
        runner.run(3, false, true);
        assertThat(runDirectories()).isEmpty();
        assertThat(runner.getLogger().getErrorMessages()).isNotEmpty().allSatisfy(error -> assertThat(error.getMsg())
                .contains("the next trigger tries again"));
        runner.getStateManager().setFailOnStateSet(Scope.CLUSTER, false);
        triggerUntil(RunSparkBatch.SUCCESS);
        assertThat(runDirectories()).hasSize(1);
    }

    @Test
    void endsItsRunWhenItLosesThePrimaryRoleOrIsRemovedAndDoesItAgain() throws Exception {
        withoutInput();
        spark.script(StubSpark.STREAMS);
        runner.run(1, false, true);
        await().until(() -> Files.exists(runDirectories().getFirst().resolve("status.json")));
        RunSparkBatch processor = (RunSparkBatch) runner.getProcessor();
        processor.primaryNodeChanged(PrimaryNodeState.PRIMARY_NODE_REVOKED);
        assertThat(Drivers.under(spark.workingDirectory())).isEmpty();
        processor.primaryNodeChanged(PrimaryNodeState.ELECTED_PRIMARY_NODE);
        await().until(() -> {
            runner.run(1, false, false);
            return runDirectories().size() == 2;
        });
        assertThat(text(runDirectories().getLast().resolve("request.json"))).contains("2026-01-01T08:00:00Z");
        processor.remove();
        assertThat(Drivers.under(spark.workingDirectory())).isEmpty();
    }

    @Test
    void refusesAZoneAnInstantAndAConcurrencyThatCannotBe() {
        runner.setProperty(IntervalProperties.TIME_ZONE, "Europe/Bielefeld");
        assertThatThrownBy(runner::assertValid).hasMessageContaining("it must be the name of a time zone");
        runner.removeProperty(IntervalProperties.TIME_ZONE);
        runner.setProperty(IntervalProperties.FIRST_INTERVAL_START, "yesterday");
        assertThatThrownBy(runner::assertValid).hasMessageContaining("such as 2026-01-01T00:00:00Z");
        runner.removeProperty(IntervalProperties.FIRST_INTERVAL_START);
        runner.setProperty(RunSparkBatch.CONCURRENT_RUNS, "2");
        assertThatThrownBy(runner::assertValid).hasMessageContaining("one writer");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
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
