package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A driver that dies at every point of a micro-batch where something is half done, or whose checkpoint finds no room, and the one that comes after it. */
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
        CrashingJob job = new CrashingJob(sandbox, pipeline());
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

    @Test
    void aFullDiskUnderItsCheckpointEndsItWithWhatToDoAndTheNextOneGoesOnWhereThereIsRoom() throws Exception {
        CrashingJob job = new CrashingJob(sandbox, pipeline());
        Path full = sandbox.data().resolve("full");
        int published = 0;
        for (String log : List.of("offsets", "commits")) {
            job.publish(published, RECORDS, UNPREPARED);
            published += RECORDS;
            StreamJob onDisk = job.onDisk(full);
            ChildProcess running = onDisk.launch("full-" + log);
            long before = published;
            running.awaitReady(
                    "%d rows in the table".formatted(before), StreamJob.LAUNCH, () -> rows(table()) == before);
            Files.writeString(full, "/_checkpoints/stream/" + log + "/");
            job.publish(published, RECORDS, UNPREPARED);
            published += RECORDS;

            assertThat(onDisk.failure(running))
                    .as("what the status says where there is no room for " + log)
                    .contains("\"state\":\"FAILED\"")
                    .contains("\"code\":\"disk-full\"")
                    .contains("A disk is full: make room for the table, the quarantine table, the checkpoint");
            Files.delete(full);
        }
        job.readAll("with-room");

        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, published));
        assertThat(rows(quarantine())).isEqualTo((long) published / RECORDS * UNPREPARED);
    }

    private PipelineDefinition pipeline() {
        return Readings.pipeline(NAME, MAX_LAG, table().toString());
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
