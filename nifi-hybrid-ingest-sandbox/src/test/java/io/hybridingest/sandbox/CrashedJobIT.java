package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A driver that dies at every point of a micro-batch where something is half done, and the one that comes after it. */
class CrashedJobIT {
    private static final String NAME = "crashing";
    private static final long MAX_LAG = 1_000_000;
    private static final int RECORDS = 200;
    private static final int UNPREPARED = 5;

    private Sandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("crashed-job"))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
        sandbox.kafka().createTopic(NAME, 2);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void nothingIsLostAndNothingIsThereTwiceWhereverItDies() throws Exception {
        PipelineDefinition pipeline = Readings.pipeline(NAME, MAX_LAG, table().toString());
        CrashingJob job = new CrashingJob(sandbox, pipeline);
        int rounds = 0;
        for (String point : CrashingJob.POINTS) {
            job.publish(rounds * RECORDS, RECORDS, UNPREPARED);
            rounds++;
            job.dieAt(point, "dies-" + point);
            job.readAll("after-" + point);

            assertThat(rows(table())).as("rows after " + point).isEqualTo((long) rounds * RECORDS);
            assertThat(rows(quarantine()))
                    .as("quarantined records after " + point)
                    .isEqualTo((long) rounds * UNPREPARED);
        }
        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, rounds * RECORDS));
    }

    private static long rows(Path table) {
        return new DeltaLog(table).refreshed().rows();
    }

    private Path table() {
        return sandbox.data().resolve("table");
    }

    private Path quarantine() {
        return sandbox.data().resolve("table_quarantine");
    }
}
