package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ends;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
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
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.nifi.util.TestRunner;

/** A pipeline's stream job that dies where it is told to, or that finds its disk full, and the one that comes after it. */
final class CrashingJob {
    /** Where a micro-batch has something half done. */
    static final List<String> POINTS = List.of(
            "AFTER_OFFSET_LOG", "AFTER_QUARANTINE_COMMIT", "MID_WRITE", "AFTER_TABLE_COMMIT", "AFTER_COMMIT_LOG");

    private static final long MAX_LAG = 1_000_000;
    private static final int KILLED = 137;

    private final Sandbox sandbox;
    private final PipelineDefinition pipeline;
    private final Path jar;
    private int epoch;

    /** @param sandbox with Kafka, which has the pipeline's topic, and Spark */
    CrashingJob(Sandbox sandbox, PipelineDefinition pipeline) throws IOException {
        this.sandbox = sandbox;
        this.pipeline = pipeline;
        this.jar = jar();
    }

    /** Publishes records, and messages that are none. */
    void publish(int first, int records, int unprepared) throws Exception {
        TestRunner runner = runner(sandbox.kafka(), pipeline.name(), MAX_LAG, Map.of());
        runner.enqueue(container(pipeline, first, records));
        runner.run();
        runner.assertAllFlowFilesTransferred("success", 1);
        new Administration(sandbox.kafka()).send(pipeline.name(), unprepared);
    }

    /** Launches the job and waits until it has died there. */
    void dieAt(String point, String name) throws IOException {
        ChildProcess crashed = new StreamJob(
                        sandbox,
                        pipeline,
                        "spark.driver.extraJavaOptions -Dhybridingest.crash-point=" + point,
                        "spark.delta.logStore.file.impl io.hybridingest.job.crash.CrashingLogStore",
                        "spark.sql.streaming.checkpointFileManagerClass io.hybridingest.job.crash.CrashingCheckpointFiles",
                        "spark.hybridingest.epoch " + ++epoch)
                .withJar(jar)
                .launch(name);
        Waiting.until("the driver to die; see " + crashed.log(), StreamJob.LAUNCH, () -> !crashed.isAlive());
        assertThat(crashed.exitValue()).as(crashed.lastLines()).isEqualTo(KILLED);
        assertThat(crashed.lastLines()).contains("Dies at " + point);
    }

    /**
     * A job whose disk is full for files whose paths hold the text of a file, as long as there is that file.
     *
     * @param telling the file that says what the disk is full for
     */
    StreamJob onDisk(Path telling) {
        return new StreamJob(
                sandbox,
                pipeline,
                // Spark uses the disk before it looks into the application's JARs.
                "spark.driver.extraClassPath " + jar,
                "spark.hadoop.fs.file.impl io.hybridingest.job.crash.FullDisk",
                "spark.hadoop.fs.file.impl.disable.cache true",
                "spark.hadoop.fs.AbstractFileSystem.file.impl io.hybridingest.job.crash.FullDisk$Context",
                "spark.hadoop.hybridingest.full-disk " + telling,
                "spark.hybridingest.epoch " + ++epoch);
    }

    /** Launches the job, waits until it has read all there is, and stops it. */
    void readAll(String name) throws IOException {
        StreamJob job = new StreamJob(sandbox, pipeline, "spark.hybridingest.epoch " + ++epoch);
        ChildProcess running = job.launch(name);
        running.awaitReady("the group's offsets at the topic's end", StreamJob.LAUNCH, () -> offsets()
                .equals(ends(sandbox.kafka(), pipeline.name())));
        job.stop(running);
    }

    private Map<TopicPartition, Long> offsets() throws Exception {
        try (Admin admin = sandbox.kafka().admin()) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            admin.listConsumerGroupOffsets(pipeline.name())
                    .partitionsToOffsetAndMetadata()
                    .get(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            return offsets;
        }
    }

    /** The classes that let a driver die or fail, which Spark has to find where it finds Delta. */
    private Path jar() throws IOException {
        Path classes = Layout.ofBuild().root().resolve("nifi-hybrid-ingest-spark/target/test-classes");
        Path target = sandbox.data().resolve("crashing.jar");
        Files.createDirectories(target.getParent());
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target));
                Stream<Path> files = Files.list(classes.resolve("io/hybridingest/job/crash"))) {
            for (Path file : files.toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
        }
        return target;
    }
}
