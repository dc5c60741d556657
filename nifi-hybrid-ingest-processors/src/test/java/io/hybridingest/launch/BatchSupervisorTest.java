package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.SparkApplication.ApplicationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        LaunchLedger.Opened cutShort = announced();
        assertThat(step()).as("it may be ending on another node").isInstanceOf(BatchStep.Idle.class);
        clock.advance(HOUR);
        BatchReport report = finished();
        assertThat(report.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(fixture.onlyRun().request().orElseThrow().epoch()).isGreaterThan(cutShort.epoch());
    }

    @Test
    void launchesItAgainAtOnceWhereNifiStandsAloneAndDoesNotCountIt() throws Exception {
        start(StubSpark.SUCCEEDS);
        fixture.store.standAlone();
        announced();
        BatchReport report = finished();
        assertThat(report.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(report.attempts()).isEqualTo(1);
        fixture.onlyRun();
    }

    /** What a NiFi leaves that was killed between its note and the run directory. */
    private LaunchLedger.Opened announced() throws Exception {
        return fixture.ledger.open(
                clock.instant(),
                fixture.launcher,
                Map.of(
                        "interval.start",
                        EIGHT_TO_NINE.start().toString(),
                        "interval.end",
                        EIGHT_TO_NINE.end().toString(),
                        "attempt",
                        "1"));
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
        await().until(() -> only(List.of("flowfile-1")) instanceof BatchStep.Finished);
        restart(0, null);
        assertThat(supervisor.assignedFlowFiles()).containsExactly("flowfile-1");
        BatchStep again = only(List.of("flowfile-1"));
        assertThat(again).isInstanceOf(BatchStep.Finished.class);
        BatchReport report = ((BatchStep.Finished) again).report();
        assertThat(report.flowFile()).isEqualTo("flowfile-1");
        supervisor.settle(report);
        assertThat(supervisor.assignedFlowFiles()).isEmpty();
        assertThat(fixture.runs()).hasSize(1);
    }

    @Test
    void letsGoOfARunWhoseFlowFileIsGone() throws Exception {
        start(StubSpark.SUCCEEDS);
        only(List.of("flowfile-1"));
        await().until(() -> {
            only(List.of());
            return supervisor.assignedFlowFiles().isEmpty();
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
        assertThat(SparkRun.find(fixture.runs().getFirst()).orElseThrow().isAlive(clock.instant()))
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

    @Test
    void queuesEachIntervalThatCompletesWhileARunIsUnderWayAcrossARestart() throws Exception {
        start(StubSpark.WAITS);
        supervisor = supervisor(MissedIntervals.SKIP, Overlap.QUEUE, 1, 0, null);
        step();
        clock.advance(HOUR.multipliedBy(2));
        step();
        supervisor = supervisor(MissedIntervals.SKIP, Overlap.QUEUE, 1, 0, null);
        for (int run = 0; run < 3; run++) {
            await().until(() -> step() instanceof BatchStep.Working);
            finish(fixture.runs().getLast());
            BatchReport report = finished();
            Instant start = EIGHT_TO_NINE.start().plus(HOUR.multipliedBy(run));
            assertThat(report.facts().interval()).isEqualTo(new DataInterval(start, start.plus(HOUR)));
            supervisor.settle(report);
        }
        assertThat(step()).isInstanceOf(BatchStep.Idle.class);
        assertThat(fixture.store.read()).doesNotContainKey("interval.queued");
    }

    @Test
    void replacesARunAndLeavesNoIntervalOut() throws Exception {
        start(StubSpark.STREAMS);
        supervisor = supervisor(MissedIntervals.SKIP, Overlap.REPLACE, 1, 0, null);
        step();
        await().until(() -> fixture.onlyRun().status().isPresent());
        clock.advance(HOUR);
        BatchStep.Replaced replaced = until(BatchStep.Replaced.class);
        DataInterval both = new DataInterval(EIGHT_TO_NINE.start(), NINE.plus(HOUR));
        assertThat(replaced.next()).isEqualTo(both);
        assertThat(until(BatchStep.Launched.class).facts().interval()).isEqualTo(both);
        assertThat(Drivers.under(directory)).hasSize(1);
        assertThat(fixture.store.read())
                .containsEntry("interval.mark", EIGHT_TO_NINE.start().toString());
    }

    @Test
    void waitsForTheRunWhereOverlapIsForbidden() throws Exception {
        start(StubSpark.WAITS);
        step();
        clock.advance(HOUR.multipliedBy(3));
        assertThat(step()).isInstanceOf(BatchStep.Working.class);
        finish(fixture.onlyRun());
        supervisor.settle(finished());
        assertThat(until(BatchStep.Launched.class).facts().interval())
                .isEqualTo(new DataInterval(NINE, NINE.plus(HOUR.multipliedBy(3))));
    }

    @Test
    void replacesTheRunOfAnOlderFlowFile() throws Exception {
        start(StubSpark.STREAMS);
        supervisor = supervisor(MissedIntervals.MERGED, Overlap.REPLACE, 1, 2, null);
        only(List.of("older"));
        await().until(() -> fixture.onlyRun().status().isPresent());
        BatchReport report = await().until(
                                        () -> supervisor
                                                .stepFlowFiles(List.of("older", "newer"), true, this::plan)
                                                .getFirst(),
                                        BatchStep.Finished.class::isInstance)
                        instanceof BatchStep.Finished finished
                ? finished.report()
                : null;
        assertThat(report.flowFile()).isEqualTo("older");
        assertThat(report.outcome().code()).isEqualTo("replaced");
        supervisor.settle(report);
        assertThat(only(List.of("newer"))).isInstanceOf(BatchStep.Launched.class);
        assertThat(Drivers.under(directory)).hasSize(1);
    }

    @Test
    void runsFiftyAtOnceOnTheOneThreadThatLooks() throws Exception {
        start(StubSpark.WAITS);
        supervisor = supervisor(MissedIntervals.MERGED, Overlap.FORBID, 50, 0, null);
        List<String> flowFiles =
                IntStream.range(0, 60).mapToObj(number -> "flowfile-" + number).toList();
        Set<String> before = threads();
        assertThat(supervisor.stepFlowFiles(flowFiles, false, this::plan))
                .hasSize(50)
                .allMatch(BatchStep.Launched.class::isInstance);
        assertThat(threads()).as("threads that wait for runs").isSubsetOf(before);
        assertThat(Drivers.under(directory)).hasSize(50);
        assertThat(supervisor.free()).isZero();
        assertThat(supervisor.stepFlowFiles(flowFiles, false, this::plan))
                .allMatch(BatchStep.Working.class::isInstance);

        supervisor = supervisor(MissedIntervals.MERGED, Overlap.FORBID, 3, 0, null);
        assertThat(supervisor.assignedFlowFiles())
                .as("a lower limit lets those that run finish")
                .containsExactlyInAnyOrderElementsOf(flowFiles.subList(0, 50));
        assertThat(supervisor.stepFlowFiles(flowFiles, false, this::plan))
                .allMatch(BatchStep.Working.class::isInstance);
        for (RunDirectory run : fixture.runs()) {
            finish(run);
        }
        Set<String> told = new HashSet<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            List<String> left = flowFiles.subList(0, 50).stream()
                    .filter(flowFile -> !told.contains(flowFile))
                    .toList();
            for (BatchStep step : supervisor.stepFlowFiles(left, false, this::plan)) {
                if (step instanceof BatchStep.Finished finished) {
                    assertThat(finished.report().succeeded()).isTrue();
                    assertThat(told.add(finished.report().flowFile())).isTrue();
                    supervisor.settle(finished.report());
                }
            }
            return told.size() == 50;
        });
        assertThat(fixture.store.read().keySet()).as("nothing is left of it").containsOnly("epoch");
    }

    /** The JDK has one small thread of this name for each child of the JVM; they are its own, not NiFi's. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("process reaper"))
                .collect(Collectors.toSet());
    }

    @Test
    void doesNotCountARunThatWasHandedOverAsAnAttempt() throws Exception {
        start(StubSpark.STREAMS);
        step();
        await().until(() -> fixture.onlyRun().status().isPresent());
        assertThat(supervisor.end()).isTrue();
        assertThat(fixture.store.read())
                .doesNotContainKeys("launch.id", "attempt")
                .containsKey("interval.start");
        fixture.spark.script(StubSpark.SUCCEEDS);
        BatchReport report = finished();
        assertThat(report.facts().interval()).isEqualTo(EIGHT_TO_NINE);
        assertThat(report.attempts()).isEqualTo(1);
    }

    @Test
    void leavesTheEntriesOfANodeThatTookOverAlone() throws Exception {
        start(StubSpark.STREAMS);
        step();
        await().until(() -> fixture.onlyRun().status().isPresent());
        fixture.ledger.note(Map.of("launch.id", "another node's"));
        assertThat(supervisor.end()).isTrue();
        assertThat(fixture.store.read()).containsEntry("launch.id", "another node's");
    }

    @Test
    void launchesAgainWithoutCountingWhereSomebodyElseAskedTheRunToStop() throws Exception {
        start(StubSpark.STREAMS);
        step();
        await().until(() -> fixture.onlyRun().status().isPresent());
        fixture.onlyRun().askToStop();
        until(BatchStep.Retrying.class);
        fixture.spark.script(StubSpark.SUCCEEDS);
        clock.advance(Duration.ofSeconds(30));
        BatchReport report = finished();
        assertThat(report.succeeded()).isTrue();
        assertThat(report.attempts()).isEqualTo(1);
    }

    @Test
    void waitsLongerAfterEachFailure() throws Exception {
        start("exit 1");
        restart(2, null);
        Instant begin = clock.instant();
        assertThat(until(BatchStep.Retrying.class).nextAttempt()).isEqualTo(begin.plusSeconds(30));
        clock.advance(Duration.ofSeconds(30));
        assertThat(until(BatchStep.Retrying.class).nextAttempt()).isEqualTo(begin.plusSeconds(90));
        clock.advance(Duration.ofSeconds(60));
        supervisor.settle(finished());
        clock.advance(Duration.ofSeconds(119));
        assertThat(step()).as("two minutes after the third").isInstanceOf(BatchStep.Idle.class);
        clock.advance(Duration.ofSeconds(1));
        until(BatchStep.Launched.class);
    }

    private void start(String script) throws Exception {
        fixture = new SupervisionFixture(directory, script);
        restart(0, null);
    }

    private void restart(int retries, Duration runTimeout) {
        supervisor = supervisor(MissedIntervals.MERGED, retries, runTimeout);
    }

    private BatchSupervisor supervisor(MissedIntervals missed, int retries, Duration runTimeout) {
        return supervisor(missed, Overlap.FORBID, 1, retries, runTimeout);
    }

    private BatchSupervisor supervisor(
            MissedIntervals missed, Overlap overlap, int concurrentRuns, int retries, Duration runTimeout) {
        IntervalSchedule schedule =
                new IntervalSchedule(new IntervalGrid(HOUR, ZoneOffset.UTC), missed, null, null, overlap);
        Backoff delay = new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(30), () -> 0);
        return new BatchSupervisor(
                fixture.launcher,
                fixture.ledger,
                new BatchSupervisor.Settings(schedule, concurrentRuns, runTimeout, retries, delay),
                clock);
    }

    private BatchStep only(List<String> flowFiles) throws Exception {
        List<BatchStep> steps = supervisor.stepFlowFiles(flowFiles, false, this::plan);
        assertThat(steps).hasSize(1);
        return steps.getFirst();
    }

    private void finish(RunDirectory run) throws Exception {
        Files.createFile(run.path().resolve("finish"));
    }

    private LaunchPlan plan(DataInterval interval, String flowFile) {
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
