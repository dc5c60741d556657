package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.SparkApplication.ApplicationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchSupervisorTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");
    private static final DataInterval EIGHT_TO_NINE = new DataInterval(NINE.minus(HOUR), NINE);

    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(NINE.plusSeconds(600));
    private SupervisionFixture fixture;
    private BatchSupervisor supervisor;

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @Test
    void beginsWithTheNewestCompleteIntervalAndMovesTheMarkOnSuccess() throws Exception {
        start(StubSpark.SUCCEEDS);
        BatchReport report = finished();
        assertThat(report.succeeded()).isTrue();
        assertThat(report.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(report.toJson())
                .contains("\"rowsIn\" : 10", "\"rowsInserted\" : 7", "\"exitCode\" : 0", "\"rowsQuarantined\" : null");
        supervisor.settle(report);
        assertThat(fixture.store.read())
                .containsEntry("interval.mark", NINE.toString())
                .doesNotContainKeys("launch.id", "interval.start");
        assertThat(step()).isInstanceOf(BatchStep.Idle.class);
        clock.advance(HOUR);
        assertThat(finished().facts().interval()).isEqualTo(new DataInterval(NINE, NINE.plus(HOUR)));
    }

    @Test
    void tellsTheEndAgainUntilItIsSettled() throws Exception {
        start(StubSpark.SUCCEEDS);
        BatchReport told = finished();
        assertThat(finished()).isSameAs(told);
        restart(0, null);
        assertThat(finished().facts().launchId()).isEqualTo(told.facts().launchId());
        assertThat(fixture.runs()).hasSize(1);
    }

    @Test
    void findsTheRunAgainAfterARestartAndNeverLaunchesItTwice() throws Exception {
        start(StubSpark.WAITS);
        assertThat(step()).isInstanceOf(BatchStep.Launched.class);
        await().until(() -> fixture.onlyRun().status().isPresent());
        restart(0, null);
        assertThat(step()).isInstanceOf(BatchStep.Working.class);
        Files.createFile(fixture.onlyRun().path().resolve("finish"));
        BatchReport report = finished();
        assertThat(report.succeeded()).isTrue();
        assertThat(report.facts().exitCode()).as("nobody can know it any more").isNull();
        assertThat(fixture.runs()).hasSize(1);
    }

    @Test
    void launchesTheSameIntervalAgainWhereTheLaunchWasCutShort() throws Exception {
        start(StubSpark.SUCCEEDS);
        LaunchLedger.Opened cutShort = fixture.ledger.open(
                clock.instant(),
                fixture.launcher,
                Map.of(
                        "interval.start",
                        EIGHT_TO_NINE.start().toString(),
                        "interval.end",
                        EIGHT_TO_NINE.end().toString(),
                        "attempt",
                        "1"));
        clock.advance(HOUR);
        BatchReport report = finished();
        assertThat(report.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(fixture.onlyRun().request().orElseThrow().epoch()).isGreaterThan(cutShort.epoch());
    }

    @Test
    void retriesThenFailsAndKeepsTheIntervalOpen() throws Exception {
        start("echo why; exit 1");
        restart(1, null);
        BatchStep.Retrying retrying = until(BatchStep.Retrying.class);
        assertThat(retrying.attempt()).isEqualTo(1);
        assertThat(step()).as("not before the delay").isInstanceOf(BatchStep.Idle.class);
        clock.advance(Duration.ofSeconds(30));
        BatchReport report = finished();
        assertThat(report.succeeded()).isFalse();
        assertThat(report.attempts()).isEqualTo(2);
        assertThat(report.outcome().logTail()).contains("why");
        supervisor.settle(report);
        assertThat(fixture.store.read())
                .containsEntry("interval.mark", EIGHT_TO_NINE.start().toString());
        fixture.spark.script(StubSpark.SUCCEEDS);
        restart(1, null);
        clock.advance(HOUR);
        assertThat(finished().facts().interval())
                .as("the open interval comes before any other")
                .isEqualTo(EIGHT_TO_NINE);
    }

    @Test
    void endsARunThatTakesTooLong() throws Exception {
        start("while [ ! -e $RUN/stop ]; do status RUNNING; sleep 0.1; done; status STOPPED; exit 0");
        restart(0, Duration.ofMinutes(5));
        until(BatchStep.Launched.class);
        await().until(() -> fixture.onlyRun().status().isPresent());
        clock.advance(Duration.ofMinutes(5));
        assertThat(finished().outcome().code()).isEqualTo("run-timeout");
    }

    @Test
    void countsAnApplicationThatCannotBeStartedAsAFailedAttempt() throws Exception {
        start(StubSpark.SUCCEEDS);
        Files.delete(fixture.spark.home().resolve("bin").resolve("spark-submit"));
        assertThat(finished().outcome().code()).isEqualTo("launch-failed");
    }

    @Test
    void runsOnceForAFlowFileAcrossARestart() throws Exception {
        start(StubSpark.SUCCEEDS);
        await().until(() -> supervisor.stepFlowFile("flowfile-1", this::plan) instanceof BatchStep.Finished);
        restart(0, null);
        assertThat(supervisor.assignedFlowFile()).contains("flowfile-1");
        BatchStep again = supervisor.stepFlowFile("flowfile-1", this::plan);
        assertThat(again).isInstanceOf(BatchStep.Finished.class);
        BatchReport report = ((BatchStep.Finished) again).report();
        assertThat(report.flowFile()).isEqualTo("flowfile-1");
        supervisor.settle(report);
        assertThat(supervisor.isAssigned()).isFalse();
        assertThat(fixture.runs()).hasSize(1);
    }

    @Test
    void letsGoOfARunWhoseFlowFileIsGone() throws Exception {
        start(StubSpark.SUCCEEDS);
        supervisor.stepFlowFile("flowfile-1", this::plan);
        await().until(() -> {
            supervisor.stepFlowFile(null, this::plan);
            return !supervisor.isAssigned();
        });
    }

    @Test
    void endsADriverOfItsOwnThatServesNothingBeforeItLaunches() throws Exception {
        start(StubSpark.WAITS);
        step();
        fixture.store.update(entries -> Map.of());
        restart(0, null);
        await().until(() -> step() instanceof BatchStep.Launched);
        assertThat(fixture.runs()).hasSize(2);
        assertThat(SparkRun.find(fixture.runs().getFirst()).orElseThrow().isAlive())
                .isFalse();
    }

    @Test
    void namesTheIntervalsItSkips() throws Exception {
        start(StubSpark.SUCCEEDS);
        fixture.store.update(entries ->
                Map.of("interval.mark", NINE.minus(HOUR.multipliedBy(4)).toString()));
        supervisor = supervisor(MissedIntervals.SKIP, 0, null);
        BatchStep.Launched launched = until(BatchStep.Launched.class);
        assertThat(launched.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(launched.skipped()).isEqualTo(new DataInterval(NINE.minus(HOUR.multipliedBy(4)), NINE.minus(HOUR)));
    }

    private void start(String script) throws Exception {
        fixture = new SupervisionFixture(directory, script);
        restart(0, null);
    }

    private void restart(int retries, Duration runTimeout) {
        supervisor = supervisor(MissedIntervals.MERGED, retries, runTimeout);
    }

    private BatchSupervisor supervisor(MissedIntervals missed, int retries, Duration runTimeout) {
        return new BatchSupervisor(
                fixture.launcher,
                fixture.ledger,
                new BatchSupervisor.Settings(HOUR, missed, runTimeout, retries, Duration.ofSeconds(30)),
                clock);
    }

    private LaunchPlan plan(DataInterval interval) {
        return new LaunchPlan(
                new ApplicationFile("/opt/app.jar", "org.example.App", List.of()), Map.of(), null, null, interval);
    }

    private BatchStep step() throws Exception {
        return supervisor.stepInterval(this::plan);
    }

    private BatchReport finished() {
        return until(BatchStep.Finished.class).report();
    }

    private <S extends BatchStep> S until(Class<S> type) {
        return type.cast(await().pollInterval(Duration.ofMillis(50)).until(this::step, type::isInstance));
    }
}
