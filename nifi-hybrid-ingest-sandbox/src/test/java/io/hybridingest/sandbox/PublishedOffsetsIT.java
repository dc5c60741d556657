package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ends;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The consumer group under which a real job tells a real publisher how far the table is, though no record comes. */
class PublishedOffsetsIT {
    private static final String NAME = "idle";
    private static final long MAX_LAG = 100;
    private static final Duration LAUNCH = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Sandbox sandbox;
    private Administration administration;

    @BeforeEach
    void start() {
        sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("published-offsets"))
                .withKafka()
                .withSpark()
                .fresh()
                .start();
        administration = new Administration(sandbox.kafka());
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void anIdleJobPublishesThemAtItsStartAndAgainSoThatNobodyWaitsForARecordThatIsHeldForWantOfThem() throws Exception {
        sandbox.kafka().createTopic(NAME, 2);
        PipelineDefinition pipeline =
                pipeline(NAME, MAX_LAG, sandbox.data().resolve("table").toString());
        TestRunner runner = runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        runner.enqueue(container(pipeline, 0, 300));
        runner.run();
        runner.assertAllFlowFilesTransferred("success", 1);

        ChildProcess first = launch("first", pipeline, "1s");
        awaitOffsets(LAUNCH, first);
        forgetOffsets();
        awaitOffsets(PATIENCE, first);
        stop("first", first);
        forgetOffsets();

        TestRunner restarted = runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        restarted.enqueue(container(pipeline, 300, 10));
        restarted.run(1, false);
        assertThat(restarted.getQueueSize().getObjectCount())
                .as("held: nobody knows that the table has it all")
                .isEqualTo(1);
        ChildProcess second = launch("second", pipeline, "1h");
        awaitOffsets(LAUNCH, second);
        assertThat(run("second").resolve("progress.jsonl"))
                .as("no micro-batch was needed for it")
                .doesNotExist();
        await().atMost(PATIENCE).until(() -> {
            restarted.run(1, false, false);
            return restarted.getQueueSize().getObjectCount() == 0;
        });
        restarted.stop();
        restarted.assertAllFlowFilesTransferred("success", 1);
        stop("second", second);
    }

    private void awaitOffsets(Duration patience, ChildProcess job) {
        Waiting.until("the offsets of the group; see " + job.log(), patience, () -> {
            if (!job.isAlive()) {
                throw new SandboxException("The job has ended. Its log ends with:\n" + job.lastLines());
            }
            return offsets().equals(ends(sandbox.kafka(), NAME));
        });
    }

    /** As brokers do after {@code offsets.retention.minutes}. */
    private void forgetOffsets() throws Exception {
        administration.deleteGroup(NAME);
    }

    private Map<TopicPartition, Long> offsets() throws Exception {
        try (Admin admin = sandbox.kafka().admin()) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            admin.listConsumerGroupOffsets(NAME)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            return offsets;
        }
    }

    private void stop(String name, ChildProcess job) throws IOException {
        Files.createFile(run(name).resolve("stop"));
        Waiting.until("the job to stop; see " + job.log(), Duration.ofMinutes(1), () -> !job.isAlive());
        assertThat(job.exitValue()).as(job.lastLines()).isZero();
    }

    private Path run(String name) {
        return sandbox.sparkRuns().resolve(name);
    }

    private ChildProcess launch(String name, PipelineDefinition pipeline, String refreshInterval) throws IOException {
        SparkDistribution spark = sandbox.spark();
        Files.createDirectories(run(name));
        Path definition = Files.writeString(run(name).resolve("pipeline.json"), pipeline.toJson());
        Path conf = Files.write(
                run(name).resolve("spark.conf"),
                List.of(
                        "spark.master local[2]",
                        "spark.ui.enabled false",
                        "spark.driver.host " + Ports.LOOPBACK,
                        "spark.driver.bindAddress " + Ports.LOOPBACK,
                        "spark.plugins io.hybridingest.job.report.RunPlugin",
                        "spark.jars "
                                + spark.jars().stream().map(Path::toString).collect(Collectors.joining(",")),
                        "spark.hybridingest.run-directory " + run(name),
                        "spark.hybridingest.kafka.bootstrap.servers "
                                + sandbox.kafka().bootstrapServers(),
                        "spark.hybridingest.offset-refresh-interval " + refreshInterval));
        return sandbox.run(
                name,
                List.of(
                        spark.sparkSubmit().toString(),
                        "--properties-file",
                        conf.toString(),
                        "--class",
                        "io.hybridingest.job.IngestJob",
                        Layout.ofBuild().ingestJob().toString(),
                        "--mode",
                        "stream",
                        "--pipeline",
                        definition.toString()),
                Map.of(
                        "JAVA_HOME", spark.javaHome().toString(),
                        "SPARK_HOME", spark.sparkHome().toString(),
                        "SPARK_LOCAL_IP", Ports.LOOPBACK));
    }
}
