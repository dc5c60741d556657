package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ends;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
    private static final String REFRESH = "spark.hybridingest.offset-refresh-interval ";
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

        ChildProcess first = new StreamJob(sandbox, pipeline, REFRESH + "1s").launch("first");
        awaitOffsets(StreamJob.LAUNCH, first);
        forgetOffsets();
        awaitOffsets(PATIENCE, first);
        new StreamJob(sandbox, pipeline).stop(first);
        forgetOffsets();

        TestRunner restarted = runner(sandbox.kafka(), NAME, MAX_LAG, Map.of());
        restarted.enqueue(container(pipeline, 300, 10));
        restarted.run(1, false);
        assertThat(restarted.getQueueSize().getObjectCount())
                .as("held: nobody knows that the table has it all")
                .isEqualTo(1);
        StreamJob idle = new StreamJob(sandbox, pipeline, REFRESH + "1h");
        ChildProcess second = idle.launch("second");
        awaitOffsets(StreamJob.LAUNCH, second);
        assertThat(idle.run("second").resolve("progress.jsonl"))
                .as("no micro-batch was needed for it")
                .doesNotExist();
        await().atMost(PATIENCE).until(() -> {
            restarted.run(1, false, false);
            return restarted.getQueueSize().getObjectCount() == 0;
        });
        restarted.stop();
        restarted.assertAllFlowFilesTransferred("success", 1);
        idle.stop(second);
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
}
