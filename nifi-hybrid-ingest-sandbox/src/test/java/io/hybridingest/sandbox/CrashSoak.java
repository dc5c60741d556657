package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Drivers that die one after the other, each at a point chosen by chance, so that each also repairs what the one before left. {@code make soak}
 * runs it; {@code soak.rounds} (50) and {@code soak.seed} are Java properties.
 */
class CrashSoak {
    private static final String NAME = "crash-soak";
    private static final long MAX_LAG = 1_000_000;
    private static final int MOST_RECORDS = 400;
    private static final int UNPREPARED = 3;

    @Test
    void missesNothingAndDuplicatesNothing() throws Exception {
        int rounds = Integer.getInteger("soak.rounds", 50);
        long seed = Long.getLong("soak.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Sandbox sandbox = Soak.sandbox(NAME)) {
            sandbox.kafka().createTopic(NAME, 3);
            Path table = sandbox.data().resolve("table");
            PipelineDefinition pipeline = Readings.pipeline(NAME, MAX_LAG, table.toString());
            CrashingJob job = new CrashingJob(sandbox, pipeline);
            int published = 0;
            for (int round = 1; round <= rounds; round++) {
                int records = 1 + random.nextInt(MOST_RECORDS);
                job.publish(published, records, UNPREPARED);
                published += records;
                String point = CrashingJob.POINTS.get(random.nextInt(CrashingJob.POINTS.size()));
                Instant began = Instant.now();
                job.dieAt(point, "round-" + round);
                Soak.tell("round %d of %d (seed %d): %s, after %d s"
                        .formatted(
                                round,
                                rounds,
                                seed,
                                point,
                                Duration.between(began, Instant.now()).toSeconds()));
            }
            job.readAll("last");

            assertThat(TableIds.of(sandbox, table)).as("seed " + seed).isEqualTo(Readings.ids(0, published));
            long quarantined = new DeltaLog(sandbox.data().resolve("table_quarantine"))
                    .refreshed()
                    .rows();
            assertThat(quarantined).as("seed " + seed).isEqualTo((long) rounds * UNPREPARED);
            Soak.result(
                    "crashes",
                    "rounds=%d seed=%d records=%d missing=0 duplicated=0 quarantined=%d"
                            .formatted(rounds, seed, published, quarantined));
        }
    }
}
