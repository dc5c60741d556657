package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ids;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.readCommitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.pipeline.PipelineDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rights that an administrator takes away while records are being sent, and gives back later. Meanwhile nothing leaves the
 * queue and the processor says which rights it needs; afterwards it goes on by itself, and every identity is in the topic.
 */
class RevokedRightsIT {
    private static final String USER = "publisher";
    private static final String PASSWORD = "publisher-password";
    private static final long MAX_LAG = 1_000_000;

    /**
     * Small requests, one after the other, so that a FlowFile takes a while; and the producer often asks anew what it knows
     * about the topic, so that the refusal meets it before it sends, too.
     */
    private static final Map<String, String> SLOW = Map.of(
            "linger.ms", "0",
            "batch.size", "1000",
            "max.in.flight.requests.per.connection", "1",
            "metadata.max.age.ms", "200");

    private static final int FIRST = 100;
    private static final int LONG = 20_000;
    private static final int LAST = 100;

    @TempDir
    private static Path directory;

    private static SecureListener listener;
    private static KafkaBroker broker;
    private static Administration administration;

    @BeforeAll
    static void startBroker() throws Exception {
        listener = SecureListener.create(directory.resolve("tls"), Map.of(USER, PASSWORD));
        broker = KafkaBroker.start(directory, listener);
        administration = new Administration(broker);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    /** What is taken away while a FlowFile is being sent. */
    enum Revoked {
        WRITE_TO_TOPIC("Transactional", ResourceType.TOPIC, AclOperation.WRITE),
        ALL_OF_TOPIC("Transactional", ResourceType.TOPIC, AclOperation.WRITE, AclOperation.DESCRIBE),
        TRANSACTIONS("Transactional", ResourceType.TRANSACTIONAL_ID, AclOperation.WRITE, AclOperation.DESCRIBE),
        WRITE_TO_TRANSACTIONS("Transactional", ResourceType.TRANSACTIONAL_ID, AclOperation.WRITE),
        WRITE_TO_TOPIC_WITHOUT_TRANSACTIONS("Idempotent", ResourceType.TOPIC, AclOperation.WRITE),
        ALL_OF_TOPIC_WITHOUT_TRANSACTIONS("Idempotent", ResourceType.TOPIC, AclOperation.WRITE, AclOperation.DESCRIBE);

        private final String delivery;
        private final ResourceType type;
        private final AclOperation[] operations;

        Revoked(String delivery, ResourceType type, AclOperation... operations) {
            this.delivery = delivery;
            this.type = type;
            this.operations = operations;
        }

        String topic() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".";
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatARevokedRightHoldsUpIsPublishedOnceItIsBack(Revoked revoked) throws Exception {
        String topic = revoked.topic();
        broker.createTopic(topic, 2);
        allowEverything(topic);
        PipelineDefinition pipeline = pipeline(topic, MAX_LAG);
        TestRunner runner = publisher(revoked.delivery, topic);
        runner.enqueue(container(pipeline, 0, FIRST));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        runner.enqueue(container(pipeline, FIRST, LONG));
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> runner.run(1, false, false));
        long before = records(topic);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> records(topic) > before);
        administration.revoke(USER, revoked.type, topic, revoked.operations);
        sending.get(60, TimeUnit.SECONDS);
        assertThat(records(topic)).as("revoked before all was sent").isLessThan(FIRST + LONG);

        runner.enqueue(container(pipeline, FIRST + LONG, LAST));
        // Long enough that the clients meet the refusal in all their states: while sending, and before.
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    runner.run(1, false, false);
                    return attempts(runner) >= 3;
                });
        runner.assertTransferCount("success", 1);
        runner.assertTransferCount("failure", 0);
        runner.assertTransferCount("rejected", 0);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(2);
        assertThat(messages(runner)).contains("denies this user", "grant WRITE and DESCRIBE on topic " + topic);

        administration.allow(USER, revoked.type, topic, revoked.operations);
        runUntilEmpty(runner);

        runner.assertAllFlowFilesTransferred("success", 3);
        assertThat(readCommitted(broker, topic)).extracting(Readings::id).containsAll(ids(0, FIRST + LONG + LAST));
    }

    /** What is being sent needs no lag; what comes next waits until the lag is known again. */
    @Test
    void whatComesAfterTheLagMayNoLongerBeReadWaitsUntilItMay() throws Exception {
        String topic = "describe-group.";
        broker.createTopic(topic, 2);
        allowEverything(topic);
        PipelineDefinition pipeline = pipeline(topic, MAX_LAG);
        TestRunner runner = publisher("Transactional", topic);
        runner.enqueue(container(pipeline, 0, FIRST));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);
        runner.enqueue(container(pipeline, FIRST, LONG));
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> runner.run(1, false, false));
        long before = records(topic);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> records(topic) > before);

        administration.revoke(USER, ResourceType.GROUP, topic, AclOperation.DESCRIBE);

        assertThat(sending).as("revoked before all was sent").isNotDone();
        sending.get(60, TimeUnit.SECONDS);
        runner.assertTransferCount("success", 2);
        AtomicInteger next = new AtomicInteger(FIRST + LONG);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    runner.enqueue(container(pipeline, next.getAndIncrement(), 1));
                    runner.run(1, false, false);
                    return runner.getQueueSize().getObjectCount() > 0;
                });
        assertThat(messages(runner))
                .contains("authorization failure", "DESCRIBE on the consumer group of the pipeline");

        administration.allow(USER, ResourceType.GROUP, topic, AclOperation.DESCRIBE);
        runUntilEmpty(runner);

        runner.assertAllFlowFilesTransferred("success", 2 + next.get() - FIRST - LONG);
        assertThat(readCommitted(broker, topic))
                .extracting(Readings::id)
                .containsExactlyInAnyOrderElementsOf(ids(0, next.get()));
    }

    private static void runUntilEmpty(TestRunner runner) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    runner.run(1, false, false);
                    return runner.getQueueSize().getObjectCount() == 0;
                });
        runner.unSchedule();
        runner.stop();
    }

    private static TestRunner publisher(String delivery, String topic) throws Exception {
        SecuredCluster cluster = SecuredCluster.user(listener, "SCRAM-SHA-512", USER, PASSWORD);
        SLOW.forEach(cluster::set);
        TestRunner runner = cluster.publisher(topic);
        runner.setProperty("Delivery", delivery);
        return runner;
    }

    private static void allowEverything(String topic) throws Exception {
        administration.allow(USER, ResourceType.TOPIC, topic, AclOperation.WRITE, AclOperation.DESCRIBE);
        administration.allow(USER, ResourceType.TRANSACTIONAL_ID, topic, AclOperation.WRITE, AclOperation.DESCRIBE);
        administration.allow(USER, ResourceType.GROUP, topic, AclOperation.DESCRIBE);
    }

    private static long records(String topic) throws Exception {
        return administration.ends(topic).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** What is said of a fault again goes to the debug log. */
    private static long attempts(TestRunner runner) {
        return runner.getLogger().getErrorMessages().size()
                + runner.getLogger().getDebugMessages().size();
    }

    private static String messages(TestRunner runner) {
        return runner.getLogger().getErrorMessages().stream()
                .map(LogMessage::getMsg)
                .collect(Collectors.joining("\n"));
    }
}
