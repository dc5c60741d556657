package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.SparkRun.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndingTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private SupervisionFixture fixture;

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @Test
    void letsAnApplicationThatListensFinish() throws Exception {
        SparkRun run = launch(StubSpark.STREAMS);
        Ending ending = Ending.ask(run, GRACE, NOW);
        await().until(() -> ending.advance(NOW));
        assertThat(run.observe(NOW))
                .isInstanceOfSatisfying(Observation.Ended.class, ended -> assertThat(ended.outcome())
                        .isInstanceOf(RunOutcome.Stopped.class));
    }

    @Test
    void terminatesAfterTheGraceAndNotBefore() throws Exception {
        SparkRun run = launch("status RUNNING; while :; do sleep 0.1; done");
        Ending ending = Ending.ask(run, GRACE, NOW);
        assertThat(ending.advance(NOW.plus(GRACE).minusMillis(1))).isFalse();
        assertThat(run.isAlive(NOW)).isTrue();
        await().until(() -> ending.advance(NOW.plus(GRACE)));
        assertThat(run.process().exitCode()).hasValue(143);
    }

    @Test
    void killsWhatIgnoresEveryRequestAndWhatItStarted() throws Exception {
        SparkRun run = launch(StubSpark.HANGS);
        ProcessHandle grandchild = grandchild(run);
        Ending ending = Ending.ask(run, GRACE, NOW);
        assertThat(ending.advance(NOW.plus(GRACE))).isFalse();
        assertThat(ending.advance(NOW.plus(GRACE).plusSeconds(9))).isFalse();
        assertThat(run.isAlive(NOW)).isTrue();
        await().until(() -> ending.advance(NOW.plus(GRACE).plusSeconds(10)));
        assertThat(run.process().exitCode()).hasValue(137);
        assertThat(ProcessTable.alive(grandchild)).isFalse();
    }

    @Test
    void waitsForTheEndWithABound() throws Exception {
        SparkRun run = launch(StubSpark.HANGS);
        ProcessHandle grandchild = grandchild(run);
        assertThat(Ending.ask(run, Duration.ZERO, NOW).await(Duration.ZERO)).isTrue();
        assertThat(run.isAlive(NOW)).isFalse();
        assertThat(ProcessTable.alive(grandchild)).isFalse();
    }

    private static ProcessHandle grandchild(SparkRun run) throws Exception {
        Path file = run.directory().path().resolve("grandchild");
        await().until(() -> Files.exists(file) && run.directory().status().isPresent());
        return ProcessHandle.of(Long.parseLong(Files.readString(file).trim())).orElseThrow();
    }

    private SparkRun launch(String script) throws Exception {
        fixture = new SupervisionFixture(directory, script);
        return fixture.launcher.launch(fixture.plan(), fixture.ledger.open(NOW, fixture.launcher, Map.of()), NOW);
    }
}
