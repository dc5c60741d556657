package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.pipeline.PipelineDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuccessionTest {
    private static final Map<String, String> OTHER_CHECKPOINT =
            Map.of("spark.hybridingest.checkpoint", "/checkpoints/second");
    private static final Map<String, String> LOSS_ACCEPTED = Map.of("spark.hybridingest.accept-data-loss", "true");

    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    private final LaunchPlan first = Definitions.stream(Definitions.first());
    private final List<StreamEvent> events = new ArrayList<>();
    private SupervisionFixture fixture;
    private StreamSupervisor supervisor;

    @BeforeEach
    void launchTheFirst() throws Exception {
        fixture = new SupervisionFixture(directory, StubSpark.STREAMS);
        restart(null);
        until(StreamEvent.Launched.class, first);
        await().until(() -> fixture.onlyRun().status().isPresent());
    }

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                topic: payments         | topic: orders             | stream.topic: was 'payments' and is 'orders'
                pipeline: payments      | pipeline: orders          | pipeline: was 'payments' and is 'orders'
                identity: [payment_id]  | identity: [account]       | identity: was [payment_id] and is [account]
                topic: payments         | topic: payments, encoding: json | stream.encoding: was avro and is json
                account, type: string   | account, type: boolean    | account:
                """)
    void refusesAChangeThatCheckpointOrTableCannotTakeAndLaunchesNothing(String piece, String now, String words)
            throws Exception {
        supervisor.end();
        restart(null);
        LaunchPlan second = Definitions.stream(Definitions.changed(piece, now));
        StreamEvent.Refused refused = until(StreamEvent.Refused.class, second);
        assertThat(refused.why()).contains(words);
        assertThat(refused.running()).isFalse();
        assertThat(refused.facts().launchId()).isEqualTo(fixture.onlyRun().launchId());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                account, type: string   | account, type: [string, 'null']
                SELECT * FROM input     | SELECT *, date(paid_at) AS day FROM input
                write: append           | write: upsert
                topic: payments         | topic: payments, trigger: 1 second
                path: /tables/payments  | path: /tables/orders
                """)
    void launchesAChangeThatTheyCanTake(String piece, String now) throws Exception {
        supervisor.end();
        restart(null);
        until(StreamEvent.Launched.class, Definitions.stream(Definitions.changed(piece, now)));
        assertThat(events).noneMatch(StreamEvent.Refused.class::isInstance);
        assertThat(fixture.runs()).hasSize(2);
    }

    @Test
    void namesAnotherCheckpointAsTheWayOutOfAnotherTopicAndTakesIt() throws Exception {
        supervisor.end();
        restart(null);
        PipelineDefinition orders = Definitions.changed("topic: payments", "topic: orders");
        assertThat(until(StreamEvent.Refused.class, Definitions.stream(orders)).why())
                .contains(
                        "Take it back until the stream has read payments to its end",
                        "spark.hybridingest.checkpoint",
                        "spark.hybridingest.accept-data-loss")
                .doesNotContain("Accepted Definition");
        until(StreamEvent.Launched.class, Definitions.stream(orders, OTHER_CHECKPOINT));
    }

    @Test
    void takesAnotherTopicWhereLossIsAccepted() throws Exception {
        supervisor.end();
        restart(null);
        PipelineDefinition orders = Definitions.changed("topic: payments", "topic: orders");
        until(StreamEvent.Launched.class, Definitions.stream(orders, LOSS_ACCEPTED));
    }

    @Test
    void refusesAnotherTableUponTheSameCheckpoint() throws Exception {
        supervisor.end();
        restart(null);
        until(StreamEvent.Launched.class, Definitions.stream(Definitions.first(), OTHER_CHECKPOINT));
        supervisor.end();
        restart(null);
        PipelineDefinition orders = Definitions.changed("/tables/payments", "/tables/orders");
        assertThat(until(StreamEvent.Refused.class, Definitions.stream(orders, OTHER_CHECKPOINT))
                        .why())
                .contains("table.path: was '/tables/payments' and is '/tables/orders'", "/checkpoints/second");
    }

    @Test
    void takesTheVeryDefinitionThatSomebodyAcceptedAndNoOther() throws Exception {
        supervisor.end();
        PipelineDefinition byAccount = Definitions.changed("[payment_id]", "[account]");
        PipelineDefinition byBoth = Definitions.changed("[payment_id]", "[account, payment_id]");
        restart(byAccount.fingerprint());
        assertThat(until(StreamEvent.Refused.class, Definitions.stream(byBoth)).why())
                .endsWith("set Accepted Definition to " + byBoth.fingerprint() + ".");
        until(StreamEvent.Launched.class, Definitions.stream(byAccount));
        supervisor.end();
        restart(null);
        until(StreamEvent.Launched.class, Definitions.stream(byAccount));
        assertThat(events).as("it is the one before by now").noneMatch(StreamEvent.Refused.class::isInstance);
    }

    @Test
    void leavesADriverAloneThatRunsWithTheDefinitionBeforeAndSaysSoAgain() throws Exception {
        restart(null);
        LaunchPlan second = Definitions.stream(Definitions.changed("[payment_id]", "[account]"));
        assertThat(until(StreamEvent.Refused.class, second).running()).isTrue();
        supervisor.step(second);
        assertThat(count(StreamEvent.Refused.class)).isEqualTo(1);
        assertThat(Drivers.under(fixture.spark.workingDirectory())).hasSize(1);
        assertThat(fixture.onlyRun().stopAsked()).isFalse();
        fixture.killDrivers();
        until(StreamEvent.Died.class, second);
        clock.advance(Duration.ofSeconds(1));
        StreamEvent.Refused alone = until(StreamEvent.Refused.class, second);
        assertThat(alone.running()).isFalse();
        assertThat(alone.repeated()).isFalse();
        clock.advance(Duration.ofMinutes(5));
        assertThat(until(StreamEvent.Refused.class, second).repeated()).isTrue();
        fixture.onlyRun();
    }

    @Test
    void knowsWhatADriverWasLaunchedWithThoughTheStateWasCleared() throws Exception {
        fixture.store.update(entries -> Map.of());
        restart(null);
        LaunchPlan second = Definitions.stream(Definitions.changed("[payment_id]", "[account]"));
        until(StreamEvent.Refused.class, second);
        fixture.onlyRun();
    }

    @Test
    void knowsNothingOfAnotherApplicationAndReplacesIt() throws Exception {
        until(StreamEvent.Launched.class, fixture.plan("--other"));
        assertThat(events).noneMatch(StreamEvent.Refused.class::isInstance);
        assertThat(fixture.store.read()).doesNotContainKeys("definition", "checkpoint");
    }

    /** A new supervisor over the same ledger and directories: all that is left when NiFi was killed. */
    private void restart(String accepted) {
        events.clear();
        supervisor = new StreamSupervisor(
                fixture.launcher,
                fixture.ledger,
                new StreamSupervisor.Settings(
                        Duration.ofSeconds(10),
                        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0),
                        2,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(20),
                        StreamSupervisor.Stall.UNKNOWN,
                        accepted),
                clock);
    }

    private long count(Class<? extends StreamEvent> type) {
        return events.stream().filter(type::isInstance).count();
    }

    private <E extends StreamEvent> E until(Class<E> type, LaunchPlan plan) {
        int seen = events.size();
        await().pollInterval(Duration.ofMillis(50)).until(() -> {
            events.addAll(supervisor.step(plan));
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
