package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.SparkApplication.ApplicationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each write of the state is a moment at which NiFi may be killed: just before it, or just after. */
class KilledNifiTest {
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

    @TempDir
    private Path directory;

    private final SetClock clock = new SetClock(NINE.plusSeconds(600));
    private SupervisionFixture fixture;

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @ParameterizedTest
    @CsvSource({"1,false", "1,true", "2,false", "2,true", "3,false", "3,true"})
    void runsAnIntervalOnce(int write, boolean written) throws Exception {
        fixture = new SupervisionFixture(directory, "date >> $RUN/../ran; " + StubSpark.SUCCEEDS);
        fixture.store.standAlone();
        fixture.store.killAt(write, written);
        int killings = 0;
        for (int life = 0; life < 2; life++) {
            BatchSupervisor supervisor = supervisor();
            try {
                await().pollInterval(Duration.ofMillis(50)).until(() -> isDone(supervisor));
            } catch (MemoryStore.Killed killed) {
                killings++;
            }
        }
        assertThat(killings).isEqualTo(1);
        assertThat(fixture.store.read())
                .containsEntry("interval.mark", NINE.toString())
                .doesNotContainKey("launch.id");
        assertThat(Files.readAllLines(fixture.spark.workingDirectory().resolve("ran")))
                .hasSize(1);
    }

    private boolean isDone(BatchSupervisor supervisor) throws Exception {
        BatchStep step = supervisor.stepInterval((interval, flowFile) -> new LaunchPlan(
                new ApplicationFile("/opt/app.jar", "org.example.App", List.of()), Map.of(), null, null, interval));
        if (step instanceof BatchStep.Finished finished) {
            supervisor.settle(finished.report());
        }
        return step instanceof BatchStep.Idle && fixture.store.read().containsValue(NINE.toString());
    }

    private BatchSupervisor supervisor() {
        IntervalGrid hours = new IntervalGrid(Duration.ofHours(1), ZoneOffset.UTC);
        return new BatchSupervisor(
                fixture.launcher,
                fixture.ledger,
                new BatchSupervisor.Settings(
                        new IntervalSchedule(hours, MissedIntervals.MERGED, null, null, Overlap.FORBID),
                        1,
                        null,
                        0,
                        new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(30), () -> 0)),
                clock);
    }
}
