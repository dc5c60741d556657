package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamSupervisorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    private final List<StreamEvent> events = new ArrayList<>();
    private SupervisionFixture fixture;
    private StreamSupervisor supervisor;
    private Long lag;
    private boolean restart;

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @Test
    void launchesOnceAndReportsProgressNoOftenerThanAsked() throws Exception {
        start(StubSpark.STREAMS);
        StreamEvent.Progressed first = until(StreamEvent.Progressed.class);
        assertThat(first.facts().status().uiAddress()).isEqualTo("http://127.0.0.1:4040");
        supervisor.emitted(first);
        RunDirectory run = fixture.onlyRun();
        await().until(() -> run.progressFrom(first.offset()).lines().size() > 2);
        assertThat(supervisor.step(fixture.plan())).isEmpty();
        clock.advance(INTERVAL);
        assertThat(supervisor.step(fixture.plan()))
                .singleElement()
                .isInstanceOfSatisfying(StreamEvent.Progressed.class, next -> assertThat(
                                next.lines().getFirst())
                        .contains("\"batchId\":" + first.lines().size()));
    }

    /** A death is not told before the progress that led to it. */
    @Test
    void reportsWhatIsLeftAtOnceAndOnceWhenARunEndsWithinTheInterval() throws Exception {
        start(StubSpark.STREAMS);
        StreamEvent.Progressed first = until(StreamEvent.Progressed.class);
        supervisor.emitted(first);
        RunDirectory run = fixture.onlyRun();
        await().until(() -> run.progressFrom(first.offset()).lines().size() > 2);
        int before = events.size();
        fixture.killDrivers();
        until(StreamEvent.Died.class);
        List<StreamEvent> told = events.subList(before, events.size());
        assertThat(told).hasExactlyElementsOfTypes(StreamEvent.Progressed.class, StreamEvent.Died.class);
        StreamEvent.Progressed rest = (StreamEvent.Progressed) told.getFirst();
        assertThat(rest.lines().getFirst())
                .contains("\"batchId\":" + first.lines().size());
        supervisor.emitted(rest);
        assertThat(supervisor.step(fixture.plan())).isEmpty();
    }

    @Test
    void adoptsTheLivingDriverOfAnEarlierNifiWithoutLaunchingAnother() throws Exception {
        start(StubSpark.STREAMS);
        StreamEvent.Progressed before = until(StreamEvent.Progressed.class);
        supervisor.emitted(before);
        restart();
        StreamEvent.Adopted adopted = until(StreamEvent.Adopted.class);
        assertThat(adopted.facts().launchId()).isEqualTo(fixture.onlyRun().launchId());
        StreamEvent.Progressed after = until(StreamEvent.Progressed.class);
        assertThat(after.lines().getFirst())
                .as("continues where the earlier one had reported")
                .contains("\"batchId\":" + before.lines().size());
        assertThat(supervisor.end()).isTrue();
        assertThat(Drivers.under(directory)).isEmpty();
    }

    @Test
    void findsADriverEvenAfterItsStateWasCleared() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        fixture.store.update(entries -> Map.of());
        restart();
        until(StreamEvent.Adopted.class);
        assertThat(fixture.runs()).hasSize(1);
    }

    @Test
    void endsEveryOtherDriverOfItsOwnAndAdoptsTheNewest() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        LaunchLedger.Opened opened = fixture.ledger.open(clock.instant(), fixture.launcher, Map.of());
        fixture.launcher.launch(fixture.plan(), opened, clock.instant());
        restart();
        assertThat(until(StreamEvent.Adopted.class).facts().launchId()).isEqualTo(opened.launchId());
        await().until(() -> {
            supervisor.step(fixture.plan());
            return Drivers.under(directory).size() == 1;
        });
    }

    @Test
    void restartsWithGrowingPausesAndWaitsAtTheLimit() throws Exception {
        start("echo cause of death; exit 1");
        Instant begin = clock.instant();
        StreamEvent.Died first = until(StreamEvent.Died.class);
        assertThat(first.outcome().logTail()).contains("cause of death");
        assertThat(first.nextLaunch()).isEqualTo(begin.plusSeconds(1));
        assertThat(supervisor.step(fixture.plan())).as("not before the pause").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(until(StreamEvent.Died.class).nextLaunch()).isEqualTo(begin.plusSeconds(3));
        clock.advance(Duration.ofSeconds(2));
        StreamEvent.Died last = until(StreamEvent.Died.class);
        assertThat(last.limitReached()).isTrue();
        assertThat(last.nextLaunch()).isEqualTo(begin.plus(Duration.ofMinutes(10)));
        assertThat(fixture.runs()).hasSize(3);
        clock.advance(Duration.ofMinutes(9));
        assertThat(supervisor.step(fixture.plan())).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        until(StreamEvent.Launched.class);
    }

    @Test
    void countsAnEndWithoutBeingAskedAsADeathEvenIfItWasASuccess() throws Exception {
        start(StubSpark.SUCCEEDS);
        assertThat(until(StreamEvent.Died.class).outcome()).isInstanceOf(RunOutcome.Succeeded.class);
        assertThat(events).hasAtLeastOneElementOfType(StreamEvent.Progressed.class);
    }

    @Test
    void replacesTheDriverWhenWhatShouldRunHasChanged() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        supervisor.step(fixture.plan("--new"));
        await().until(() -> {
            events.addAll(supervisor.step(fixture.plan("--new")));
            return fixture.runs().size() == 2;
        });
        assertThat(events).hasAtLeastOneElementOfType(StreamEvent.Replaced.class);
        assertThat(events).noneMatch(StreamEvent.Died.class::isInstance);
        assertThat(fixture.runs().getLast().request().orElseThrow().arguments()).containsExactly("--new");
    }

    @Test
    void replacesTheDriverWhenTheDistributionsDefaultsChanged() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        supervisor.step(fixture.plan());
        Files.writeString(
                fixture.spark.home().resolve("conf").resolve("spark-defaults.conf"), "spark.sql.shuffle.partitions 7");
        assertThat(until(StreamEvent.Replacing.class).why()).contains("settings changed");
        until(StreamEvent.Launched.class);
        assertThat(fixture.runs().getLast().properties()).containsEntry("spark.sql.shuffle.partitions", "7");
    }

    @Test
    void reportsADriverThatWentSilentAndLaterReplacesIt() throws Exception {
        start("status RUNNING; while [ ! -e $RUN/stop ]; do sleep 0.1; done; exit 0");
        until(StreamEvent.Launched.class);
        await().until(() -> fixture.onlyRun().status().isPresent());
        clock.advance(Duration.ofSeconds(90));
        until(StreamEvent.Stalled.class);
        assertThat(supervisor.step(fixture.plan())).as("said once").isEmpty();
        clock.advance(Duration.ofMinutes(5));
        until(StreamEvent.Replacing.class);
        assertThat(until(StreamEvent.Died.class).outcome().code()).isEqualTo("stalled");
    }

    @Test
    void endsTheDriverGracefullyAndDoesNotCallThatADeathLater() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        await().until(() -> fixture.onlyRun().status().isPresent());
        assertThat(supervisor.end()).isTrue();
        assertThat(fixture.onlyRun().status().orElseThrow().state()).isEqualTo(RunState.STOPPED);
        restart();
        clock.advance(Duration.ofSeconds(1));
        until(StreamEvent.Launched.class);
        assertThat(events).noneMatch(StreamEvent.Died.class::isInstance);
    }

    @Test
    void reportsADeathThatNobodySaw() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        await().until(() -> fixture.onlyRun().status().isPresent());
        fixture.killDrivers();
        await().until(() -> Drivers.under(directory).isEmpty());
        restart();
        assertThat(until(StreamEvent.Died.class).outcome()).isInstanceOf(RunOutcome.Lost.class);
        clock.advance(Duration.ofSeconds(1));
        until(StreamEvent.Launched.class);
        assertThat(fixture.runs()).hasSize(2);
    }

    @Test
    void givesEachLaunchAHigherEpochEvenWhereTheClockStandsStill() throws Exception {
        start("exit 1");
        until(StreamEvent.Died.class);
        long first = fixture.runs().getFirst().request().orElseThrow().epoch();
        restart();
        until(StreamEvent.Died.class);
        assertThat(fixture.runs().getLast().request().orElseThrow().epoch()).isGreaterThan(first);
    }

    @Test
    void endsWhatADeadDriverLeftBehindBeforeItLaunchesAnother() throws Exception {
        start(StubSpark.HANGS);
        until(StreamEvent.Launched.class);
        RunDirectory first = fixture.onlyRun();
        await().until(() -> Files.exists(first.path().resolve("grandchild")));
        SparkRun.find(first).orElseThrow().process().living().orElseThrow().destroyForcibly();
        until(StreamEvent.Died.class);
        clock.advance(Duration.ofSeconds(1));
        until(StreamEvent.Launched.class);
        assertThat(ProcessTable.marked(first)).isEmpty();
    }

    @Test
    void endsWhatADriverThatNobodySawDieLeftBehind() throws Exception {
        start(StubSpark.HANGS);
        until(StreamEvent.Launched.class);
        RunDirectory first = fixture.onlyRun();
        await().until(() -> Files.exists(first.path().resolve("grandchild")));
        SparkRun.find(first).orElseThrow().process().living().orElseThrow().destroyForcibly();
        await().until(() -> !SparkRun.find(first).orElseThrow().isAlive(clock.instant()));
        restart();
        until(StreamEvent.Launched.class);
        assertThat(ProcessTable.marked(first)).isEmpty();
    }

    @Test
    void findsAndEndsADriverUnderAnotherWorkingDirectory() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        RunDirectory earlier = fixture.onlyRun();
        await().until(() -> earlier.status().isPresent());
        SparkInstallation moved = new SparkInstallation(
                fixture.spark.home(),
                fixture.spark.javaHome(),
                directory.resolve("moved"),
                Map.of(),
                Set.of(),
                Map.of());
        supervisor = supervisor(new DriverLauncher(moved, directory.resolve("bundle.jar"), "0123456789-processor"));
        until(StreamEvent.Adopted.class);
        assertThat(supervisor.end()).isTrue();
        assertThat(earlier.status().orElseThrow().state()).isEqualTo(RunState.STOPPED);
        assertThat(Drivers.under(fixture.spark.workingDirectory())).isEmpty();
    }

    @Test
    void endsALivingDriverThatALaunchElsewhereHasSupersededAndNeverAdoptsIt() throws Exception {
        start(StubSpark.STREAMS);
        until(StreamEvent.Launched.class);
        RunDirectory superseded = fixture.onlyRun();
        launchedElsewhere();
        restart();
        assertThat(supervisor.endSuperseded()).containsExactly(superseded.launchId());
        assertThat(Drivers.under(directory)).isEmpty();
        supervisor.step(fixture.plan());
        clock.advance(Duration.ofMinutes(1));
        until(StreamEvent.Launched.class);
        assertThat(events).noneMatch(StreamEvent.Adopted.class::isInstance);
    }

    @Test
    void waitsForAnotherNodeToEndItsDriverButNotForEver() throws Exception {
        start(StubSpark.STREAMS);
        launchedElsewhere();
        assertThat(supervisor.step(fixture.plan())).isEmpty();
        clock.advance(Duration.ofSeconds(49));
        supervisor.step(fixture.plan());
        assertThat(fixture.runs()).as("20 seconds to stop and 30 beyond").isEmpty();
        clock.advance(Duration.ofSeconds(1));
        until(StreamEvent.Launched.class);
    }

    @Test
    void launchesAtOnceWhereNifiStandsAloneAndWasKilledBeforeItMadeTheRunDirectory() throws Exception {
        start(StubSpark.STREAMS);
        fixture.store.standAlone();
        fixture.ledger.open(clock.instant(), fixture.launcher, Map.of());
        assertThat(supervisor.step(fixture.plan())).as("looks").isEmpty();
        assertThat(supervisor.step(fixture.plan())).singleElement().isInstanceOf(StreamEvent.Launched.class);
        assertThat(Drivers.under(directory)).hasSize(1);
    }

    @Test
    void endsADriverWhoseRunDirectorySomebodyDeletedBeforeItLaunchesAnother() throws Exception {
        start("while :; do sleep 0.2; done");
        fixture.store.standAlone();
        until(StreamEvent.Launched.class);
        RunDirectory deleted = fixture.onlyRun();
        await().until(() -> !ProcessTable.marked(deleted).isEmpty());
        try (Stream<Path> files = Files.walk(deleted.path())) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
        restart();
        until(StreamEvent.Launched.class);
        assertThat(ProcessTable.marked(deleted)).isEmpty();
        assertThat(Drivers.under(directory)).hasSize(1);
    }

    @Test
    void launchesAsSoonAsAnotherNodeHasEndedItsDriver() throws Exception {
        start(StubSpark.STREAMS);
        launchedElsewhere();
        assertThat(supervisor.step(fixture.plan())).isEmpty();
        fixture.ledger.note(Map.of("end.known", "true"));
        until(StreamEvent.Launched.class);
    }

    @Test
    void saysOnceThatAStreamDoesNotGetOnWhileItsLagGrows() throws Exception {
        stuckStream();
        clock.advance(Duration.ofSeconds(30));
        lag = 101L;
        assertThat(supervisor.step(fixture.plan()))
                .singleElement()
                .isInstanceOfSatisfying(StreamEvent.Stuck.class, stuck -> assertThat(stuck.why())
                        .contains("30 seconds", "from 100 to 101"));
        assertThat(supervisor.step(fixture.plan())).isEmpty();
        fixture.onlyRun();
    }

    @Test
    void leavesAStreamInPeaceWhoseLagDoesNotGrowOrIsNotKnown() throws Exception {
        stuckStream();
        clock.advance(Duration.ofSeconds(29));
        lag = 101L;
        assertThat(supervisor.step(fixture.plan())).as("not yet").isEmpty();
        clock.advance(Duration.ofSeconds(20));
        lag = 100L;
        assertThat(supervisor.step(fixture.plan())).as("nothing new waits").isEmpty();
        lag = null;
        assertThat(supervisor.step(fixture.plan())).as("nobody knows").isEmpty();
    }

    @Test
    void endsAStreamThatDoesNotGetOnWhereItIsToldTo() throws Exception {
        restart = true;
        stuckStream();
        clock.advance(Duration.ofSeconds(30));
        lag = 500L;
        assertThat(until(StreamEvent.Replacing.class).why()).contains("no micro-batch has ended");
        RunOutcome outcome = until(StreamEvent.Died.class).outcome();
        assertThat(outcome.code()).isEqualTo("stalled");
        assertThat(outcome.reason()).contains("from 100 to 500");
    }

    /** One that made progress once, was seen to, and then hangs with its heart beating. */
    private void stuckStream() throws Exception {
        lag = 100L;
        start("status RUNNING; progress 0; while [ ! -e $RUN/stop ]; do sleep 0.1; done; status STOPPED; exit 0");
        until(StreamEvent.Progressed.class);
        supervisor.emitted((StreamEvent.Progressed) events.getLast());
        supervisor.step(fixture.plan());
    }

    /** What another node, whose disk is not seen here, leaves in the state that all nodes share. */
    private void launchedElsewhere() throws Exception {
        clock.advance(Duration.ofSeconds(1));
        LaunchLedger.Opened opened = fixture.ledger.open(clock.instant(), fixture.launcher, Map.of());
        fixture.ledger.note(Map.of(
                "run.directory",
                directory.resolve("elsewhere").resolve(opened.launchId()).toString()));
    }

    private void start(String script) throws Exception {
        fixture = new SupervisionFixture(directory, script);
        restart();
    }

    /** A new supervisor over the same ledger and directories: all that is left when NiFi was killed. */
    private void restart() {
        events.clear();
        supervisor = supervisor(fixture.launcher);
    }

    private StreamSupervisor supervisor(DriverLauncher launcher) {
        StreamSupervisor.Settings settings = new StreamSupervisor.Settings(
                INTERVAL,
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0),
                2,
                Duration.ofMinutes(10),
                Duration.ofSeconds(20),
                new StreamSupervisor.Stall(
                        Duration.ofSeconds(30),
                        () -> lag == null ? OptionalLong.empty() : OptionalLong.of(lag),
                        restart),
                null);
        return new StreamSupervisor(launcher, fixture.ledger, settings, clock);
    }

    /** Steps until an event of the type comes. */
    private <E extends StreamEvent> E until(Class<E> type) {
        int seen = events.size();
        await().pollInterval(Duration.ofMillis(50)).until(() -> {
            events.addAll(supervisor.step(fixture.plan()));
            return events.stream().skip(seen).anyMatch(type::isInstance);
        });
        return events.stream()
                .skip(seen)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
