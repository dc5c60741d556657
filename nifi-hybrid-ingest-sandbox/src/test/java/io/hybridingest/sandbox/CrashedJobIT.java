package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ends;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A driver that dies at every point of a micro-batch where something is half done, and the one that comes after it. */
class CrashedJobIT {
    private static final String NAME = "crashing";
    private static final long MAX_LAG = 1_000_000;
    private static final int RECORDS = 200;
    private static final int UNPREPARED = 5;
    private static final int KILLED = 137;
    private static final List<String> POINTS = List.of(
            "AFTER_OFFSET_LOG", "AFTER_QUARANTINE_COMMIT", "MID_WRITE", "AFTER_TABLE_COMMIT", "AFTER_COMMIT_LOG");

    private Sandbox sandbox;
    private PipelineDefinition pipeline;

    @BeforeEach
    void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("crashed-job"))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
        pipeline = pipeline(NAME, MAX_LAG, table().toString());
        sandbox.kafka().createTopic(NAME, 2);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void nothingIsLostAndNothingIsThereTwiceWhereverItDies() throws Exception {
        Path crashing = jar();
        int rounds = 0;
        for (String point : POINTS) {
            publish(rounds * RECORDS);
            rounds++;
            ChildProcess crashed = new StreamJob(
                            sandbox,
                            pipeline,
                            "spark.driver.extraJavaOptions -Dhybridingest.crash-point=" + point,
                            "spark.delta.logStore.file.impl io.hybridingest.job.crash.CrashingLogStore",
                            "spark.sql.streaming.checkpointFileManagerClass io.hybridingest.job.crash.CrashingCheckpointFiles",
                            "spark.hybridingest.epoch " + (2 * rounds))
                    .withJar(crashing)
                    .launch("dies-" + point);
            Waiting.until("the driver to die; see " + crashed.log(), StreamJob.LAUNCH, () -> !crashed.isAlive());
            assertThat(crashed.exitValue()).as(crashed.lastLines()).isEqualTo(KILLED);
            assertThat(crashed.lastLines()).contains("Dies at " + point);

            StreamJob next = new StreamJob(sandbox, pipeline, "spark.hybridingest.epoch " + (2 * rounds + 1));
            ChildProcess running = next.launch("after-" + point);
            running.awaitReady("the group's offsets at the topic's end", StreamJob.LAUNCH, () -> offsets()
                    .equals(ends(sandbox.kafka(), NAME)));
            next.stop(running);

            assertThat(rows(table())).as("rows after " + point).isEqualTo((long) rounds * RECORDS);
            assertThat(rows(quarantine()))
                    .as("quarantined records after " + point)
                    .isEqualTo((long) rounds * UNPREPARED);
        }
    }

    private void publish(int first) throws Exception {
        TestRunner runner = runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        runner.enqueue(container(pipeline, first, RECORDS));
        runner.run();
        runner.assertAllFlowFilesTransferred("success", 1);
        new Administration(sandbox.kafka()).send(NAME, UNPREPARED);
    }

    /** The classes that let a driver die, which Spark has to find where it finds Delta. */
    private Path jar() throws IOException {
        Path classes = Layout.ofBuild().root().resolve("nifi-hybrid-ingest-spark/target/test-classes");
        Path jar = sandbox.data().resolve("crashing.jar");
        Files.createDirectories(jar.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                java.util.stream.Stream<Path> files = Files.list(classes.resolve("io/hybridingest/job/crash"))) {
            for (Path file : files.toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
        }
        return jar;
    }

    private Map<TopicPartition, Long> offsets() throws Exception {
        try (Admin admin = sandbox.kafka().admin()) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            admin.listConsumerGroupOffsets(NAME)
                    .partitionsToOffsetAndMetadata()
                    .get(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            return offsets;
        }
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
