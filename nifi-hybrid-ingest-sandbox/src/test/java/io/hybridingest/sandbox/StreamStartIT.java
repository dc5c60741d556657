package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real job does at its start where checkpoint, table and a real topic do not agree. */
class StreamStartIT {
    private static final String NAME = "starting";
    private static final long MAX_LAG = 1_000_000;

    private Sandbox sandbox;
    private PipelineDefinition pipeline;
    private StreamJob job;

    @BeforeEach
    void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("stream-start"))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
        pipeline = pipeline(NAME, MAX_LAG, table().toString());
        job = new StreamJob(sandbox, pipeline);
        sandbox.kafka().createTopic(NAME, 2);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void aStaleCheckpointIsReplacedAndATopicMadeAnewIsRefusedUntilItsLossIsAccepted() throws Exception {
        publish(0, 300);
        read("first", 300);
        Path saved = copy(checkpoint(), sandbox.data().resolve("saved"));
        publish(300, 100);
        read("second", 400);

        delete(checkpoint());
        copy(saved, checkpoint());
        publish(400, 50);
        read("restored", 450);
        assertThat(checkpoint().resolveSibling("stream-replaced")).isDirectory();
        assertThat(lastOfStream().path("generation").asInt()).isEqualTo(1);

        Administration administration = new Administration(sandbox.kafka());
        administration.deleteTopic(NAME);
        sandbox.kafka().createTopic(NAME, 2);
        publish(1000, 2000);

        assertThat(job.failure(job.launch("refused")))
                .contains("\"code\":\"data-loss\"")
                .contains("was deleted and made anew since the table was written")
                .contains("--accept-loss");
        assertThat(rows()).as("nothing was written").isEqualTo(450);

        read("accepted", 2450, "--accept-loss");
        assertThat(userMetadata())
                .filteredOn(metadata -> metadata.hasNonNull("acceptedLoss"))
                .singleElement()
                .satisfies(metadata ->
                        assertThat(metadata.path("acceptedLoss").asText()).contains("was deleted and made anew"));
        publish(3000, 10);
        read("after", 2460);
    }

    @Test
    void aTableThatIsPutBackFromABackupGetsAgainWhatItLacks() throws Exception {
        publish(0, 300);
        read("first", 300);
        Path saved = copy(table(), sandbox.data().resolve("saved"));
        publish(300, 100);
        read("second", 400);

        Path used = copy(table().resolve("_checkpoints"), sandbox.data().resolve("used"));
        delete(table());
        copy(saved, table());
        delete(table().resolve("_checkpoints"));
        copy(used, table().resolve("_checkpoints"));
        publish(400, 50);
        read("afterwards", 450);

        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, 450));
        assertThat(lastOfStream().path("generation").asInt()).isEqualTo(1);
        publish(450, 10);
        read("again", 460);
        assertThat(lastOfStream().path("generation").asInt())
                .as("markers that the checkpoint is ahead by are no records")
                .isEqualTo(1);
    }

    @Test
    void aQuarantineTableThatIsPutBackGetsAgainWhatItLacksAndOneThatIsDeletedIsNotPassedOver() throws Exception {
        Administration unprepared = new Administration(sandbox.kafka());
        publish(0, 100);
        unprepared.send(NAME, 3);
        read("first", 100, 3);
        Path saved = copy(quarantine(), sandbox.data().resolve("saved"));
        unprepared.send(NAME, 2);
        publish(100, 50);
        read("second", 150, 5);

        delete(quarantine());
        copy(saved, quarantine());
        publish(150, 10);
        read("afterwards", 160, 5);

        delete(quarantine());
        assertThat(job.failure(job.launch("refused")))
                .contains("\"code\":\"data-loss\"")
                .contains("The quarantine table was deleted and made anew");
        read("again", 160, 5, "--restart-from", "earliest");
        unprepared.send(NAME, 1);
        read("on", 160, 6);
        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, 160));
    }

    @Test
    void aTopicMadeAnewUnderARunningJobEndsItBeforeItWrites() throws Exception {
        publish(0, 300);
        ChildProcess running = job.launch("running");
        awaitRows(300, running);

        new Administration(sandbox.kafka()).deleteTopic(NAME);
        sandbox.kafka().createTopic(NAME, 2);
        publish(1000, 2000);

        assertThat(job.failure(running)).contains("\"code\":\"data-loss\"");
        assertThat(rows()).isEqualTo(300);
    }

    @Test
    void readsPartitionsThatAreAddedGoesOnWithOneOfTwoDriversAndNamesWhatRetentionTook() throws Exception {
        Administration administration = new Administration(sandbox.kafka());
        publish(0, 300);
        ChildProcess first = withEpoch(1).launch("older");
        awaitRows(300, first);

        administration.addPartitions(NAME, 4);
        publish(300, 400);
        awaitRows(700, first);
        assertThat(administration.ends(NAME)).hasSize(4).allSatisfy((partition, end) -> assertThat(end)
                .as("records of %s", partition)
                .isPositive());

        ChildProcess second = withEpoch(2).launch("newer");
        int published = 700;
        Instant patience = Instant.now().plus(StreamJob.LAUNCH);
        while (first.isAlive() && second.isAlive() && Instant.now().isBefore(patience)) {
            publish(published, 1);
            published++;
        }
        // The checkpoint takes each micro-batch from one of them only, whichever is first.
        boolean firstLost = !first.isAlive();
        assertThat(job.failure(firstLost ? first : second))
                .containsAnyOf("\"code\":\"fenced\"", "\"code\":\"concurrent-run\"");
        assertThat(table().resolve("_checkpoints/stream-replaced"))
                .as("the checkpoint is right, whoever writes it")
                .doesNotExist();
        ChildProcess survivor = firstLost ? second : first;
        awaitRows(published, survivor);
        job.stop(survivor);
        assertThat(rows()).isEqualTo(published);

        job = withEpoch(3);
        publish(1000, 50);
        administration.deleteAll(NAME);
        publish(2000, 10);
        assertThat(job.failure(job.launch("trimmed")))
                .contains("\"code\":\"data-loss\"")
                .contains("--accept-loss");
        assertThat(rows()).as("nothing was written").isEqualTo(published);
        read("accepted", published + 10, "--accept-loss");
    }

    @Test
    void aDriverThatStoodStillWhileAnotherTookOverWritesNothingWhenItComesBack() throws Exception {
        publish(0, 300);
        ChildProcess zombie = withEpoch(1).launch("zombie");
        awaitRows(300, zombie);
        signal("STOP", zombie);

        publish(300, 200);
        ChildProcess next = withEpoch(2).launch("next");
        awaitRows(500, next);
        publish(500, 100);
        signal("CONT", zombie);

        assertThat(job.failure(zombie)).containsAnyOf("\"code\":\"fenced\"", "\"code\":\"concurrent-run\"");
        publish(600, 100);
        awaitRows(700, next);
        job.stop(next);
        assertThat(TableIds.of(sandbox, table())).isEqualTo(Readings.ids(0, 700));
        assertThat(job.run("next").resolve("progress.jsonl"))
                .content()
                .contains("\"watermark\":\"20", "\"rowsLate\":0");
        assertThat(userMetadata())
                .extracting(commit -> commit.path("epoch").asLong())
                .as("no commit of the zombie after the first of its successor")
                .isSorted()
                .contains(1L, 2L);
    }

    private static void signal(String name, ChildProcess driver) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(driver.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private StreamJob withEpoch(int epoch) {
        return new StreamJob(sandbox, pipeline, "spark.hybridingest.epoch " + epoch);
    }

    private void publish(int first, int count) throws Exception {
        TestRunner runner = runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        runner.enqueue(container(pipeline, first, count));
        // A broker that has just made a topic anew may not know it yet; the FlowFile waits.
        Waiting.until("the records in Kafka", StreamJob.LAUNCH, () -> {
            runner.run();
            return runner.getFlowFilesForRelationship("success").size() == 1;
        });
    }

    /** Runs the job until the table has so many rows, and ends it. */
    private void read(String name, long rows, String... options) throws IOException {
        ChildProcess launched = job.launch(name, options);
        awaitRows(rows, launched);
        job.stop(launched);
        assertThat(rows()).isEqualTo(rows);
    }

    /** The same, until both tables have so many rows. */
    private void read(String name, long rows, long quarantined, String... options) throws IOException {
        ChildProcess launched = job.launch(name, options);
        launched.awaitReady(
                "%d rows in the table and %d in quarantine".formatted(rows, quarantined),
                StreamJob.LAUNCH,
                () -> rows() >= rows && new DeltaLog(quarantine()).refreshed().rows() >= quarantined);
        job.stop(launched);
        assertThat(rows()).isEqualTo(rows);
        assertThat(new DeltaLog(quarantine()).refreshed().rows()).isEqualTo(quarantined);
    }

    private void awaitRows(long rows, ChildProcess launched) {
        launched.awaitReady("%d rows in the table".formatted(rows), StreamJob.LAUNCH, () -> rows() >= rows);
    }

    private long rows() {
        return new DeltaLog(table()).refreshed().rows();
    }

    private JsonNode lastOfStream() throws IOException {
        List<JsonNode> all = userMetadata();
        return all.get(all.size() - 1);
    }

    private List<JsonNode> userMetadata() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> commits = Files.list(table().resolve("_delta_log"))) {
            for (Path commit : commits.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                JsonNode info = json.readTree(Files.readAllLines(commit).get(0)).path("commitInfo");
                JsonNode metadata = json.readTree(info.path("userMetadata").asText("{}"));
                if (metadata.path("lane").asText().equals("stream")) {
                    all.add(metadata);
                }
            }
        }
        return all;
    }

    private Path table() {
        return sandbox.data().resolve("table");
    }

    private Path quarantine() {
        return Path.of(pipeline.table().quarantinePath());
    }

    private Path checkpoint() {
        return table().resolve("_checkpoints/stream");
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static void delete(Path directory) {
        Trees.delete(directory);
    }
}
