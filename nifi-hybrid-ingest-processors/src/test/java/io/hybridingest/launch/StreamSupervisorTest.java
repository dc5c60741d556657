package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private void start(String script) throws Exception {
        fixture = new SupervisionFixture(directory, script);
        restart();
    }

    /** A new supervisor over the same ledger and directories: all that is left when NiFi was killed. */
    private void restart() {
        events.clear();
        StreamSupervisor.Settings settings = new StreamSupervisor.Settings(
                INTERVAL,
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0),
                2,
                Duration.ofMinutes(10),
                Duration.ofSeconds(20));
        supervisor = new StreamSupervisor(fixture.launcher, fixture.ledger, settings, clock);
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
