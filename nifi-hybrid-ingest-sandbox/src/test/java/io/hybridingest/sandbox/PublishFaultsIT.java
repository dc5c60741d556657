package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.ids;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.readCommitted;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.nifi.processors.PublishKafkaStream;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong between the publisher and a real broker. After each fault every identity is in the topic at least once,
 * for readers of committed records.
 */
class PublishFaultsIT {
    /** So that nobody waits long for what does not come. */
    private static final Map<String, String> IMPATIENT = Map.of(
            "delivery.timeout.ms", "3000",
            "request.timeout.ms", "1000",
            "max.block.ms", "2000",
            "default.api.timeout.ms", "2000");

    /** So that nothing ends by itself while a test lasts. */
    private static final Map<String, String> PATIENT = Map.of(
            "delivery.timeout.ms", "600000",
            "request.timeout.ms", "300000",
            "max.block.ms", "600000");

    private static final long MAX_LAG = 1_000_000;

    @TempDir
    private static Path directory;

    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.start(directory.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aBrokerThatIsPausedPastTheDeliveryTimeoutGetsEverythingOnceItGoesOn() throws Exception {
        broker.createTopic("paused", 2);
        PipelineDefinition pipeline = pipeline("paused", MAX_LAG);
        TestRunner runner = runner(broker, "paused", MAX_LAG, IMPATIENT);
        runner.enqueue(container(pipeline, 0, 100));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        signal("STOP");
        try {
            runner.enqueue(container(pipeline, 100, 100));
            runner.enqueue(container(pipeline, 200, 100));
            runner.run(1, false, false);
            runner.assertTransferCount("success", 1);
            assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(2);
        } finally {
            signal("CONT");
        }
        runUntilEmpty(runner);

        runner.assertAllFlowFilesTransferred("success", 3);
        assertThat(readCommitted(broker, "paused")).extracting(Readings::id).containsAll(ids(0, 300));
    }

    @Test
    void aFlowFileThatTakesLongerThanATransactionMayIsGivenUpAndItsNeighbourIsNot() throws Exception {
        broker.createTopic("long", 1);
        PipelineDefinition pipeline = pipeline("long", MAX_LAG);
        TestRunner runner = runner(
                broker,
                "long",
                MAX_LAG,
                Map.of(
                        "transaction.timeout.ms", "1000",
                        "batch.size", "1000",
                        "buffer.memory", "32768",
                        "max.in.flight.requests.per.connection", "1"));
        runner.setProperty("Maximum Attempts", "2");
        // Takes ten seconds or more, sent as slowly as that; Kafka gives the transaction up after two at most.
        runner.enqueue(container(pipeline, 0, 400_000));
        runner.enqueue(container(pipeline, 1_000_000, 10));

        runner.run(1, false);
        runUntilEmpty(runner);

        runner.assertTransferCount("success", 1);
        runner.assertTransferCount("failure", 1);
        assertThat(runner.getFlowFilesForRelationship("failure").getFirst().getAttribute("hybrid.reasons"))
                .contains("transaction.timeout.ms (1000 ms", "split large FlowFiles");
        assertThat(readCommitted(broker, "long"))
                .extracting(Readings::id)
                .containsExactlyInAnyOrderElementsOf(ids(1_000_000, 10));
    }

    @Test
    void aStopDuringASendThatNobodyAnswersEndsAndLosesNothing() throws Exception {
        broker.createTopic("stopped", 2);
        PipelineDefinition pipeline = pipeline("stopped", MAX_LAG);
        TestRunner runner = runner(broker, "stopped", MAX_LAG, PATIENT);
        runner.setProperty("Stop Timeout", "500 millis");
        runner.enqueue(container(pipeline, 0, 100));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        signal("STOP");
        try {
            runner.enqueue(container(pipeline, 100, 100));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> runner.run(1, false, false));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> runner.getQueueSize().getObjectCount() == 0);
            assertThat(sending).isNotDone();

            runner.unSchedule();

            sending.get(60, TimeUnit.SECONDS);
        } finally {
            signal("CONT");
        }
        runner.stop();
        runner.assertTransferCount("success", 1);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.getLogger().getWarnMessages())
                .extracting(LogMessage::getMsg)
                .anyMatch(message -> message.contains("did not end within Stop Timeout"));

        runner.run();
        runner.assertAllFlowFilesTransferred("success", 2);
        assertThat(readCommitted(broker, "stopped")).extracting(Readings::id).containsAll(ids(0, 200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transactional", "Idempotent"})
    void aRecordWhoseAcknowledgementIsLostIsThereOnce(String delivery) throws Exception {
        String name = "lost-" + delivery.toLowerCase(java.util.Locale.ROOT);
        broker.createTopic(name, 1);
        try (LossyProxy proxy = LossyProxy.before(broker)) {
            TestRunner runner = runner(new PublishKafkaStream(), proxy.bootstrapServers(), name, MAX_LAG, Map.of());
            runner.setProperty("Delivery", delivery);
            runner.enqueue(container(pipeline(name, MAX_LAG), 0, 100));
            proxy.lose(ApiKeys.PRODUCE, 1);

            runner.run();

            assertThat(proxy.lost()).isEqualTo(1);
            runner.assertAllFlowFilesTransferred("success", 1);
        }
        assertThat(readCommitted(broker, name)).extracting(Readings::id).containsExactlyElementsOf(ids(0, 100));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsAskedForAgain() throws Exception {
        broker.createTopic("commit", 1);
        try (LossyProxy proxy = LossyProxy.before(broker)) {
            TestRunner runner = runner(new PublishKafkaStream(), proxy.bootstrapServers(), "commit", MAX_LAG, Map.of());
            runner.enqueue(container(pipeline("commit", MAX_LAG), 0, 100));
            proxy.lose(ApiKeys.END_TXN, 1);

            runner.run();

            assertThat(proxy.lost()).isEqualTo(1);
            runner.assertAllFlowFilesTransferred("success", 1);
        }
        assertThat(readCommitted(broker, "commit")).extracting(Readings::id).containsExactlyElementsOf(ids(0, 100));
    }

    @Test
    void aCommitThatIsNeverAnsweredCountsAsNoneAndTheRecordsAreSentAgain() throws Exception {
        broker.createTopic("unknown", 1);
        try (LossyProxy proxy = LossyProxy.before(broker)) {
            TestRunner runner =
                    runner(new PublishKafkaStream(), proxy.bootstrapServers(), "unknown", MAX_LAG, IMPATIENT);
            runner.enqueue(container(pipeline("unknown", MAX_LAG), 0, 100));
            proxy.lose(ApiKeys.END_TXN, Integer.MAX_VALUE);
            runner.run(1, false);
            assertThat(proxy.lost()).isPositive();
            runner.assertTransferCount("success", 0);
            assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);

            proxy.lose(ApiKeys.END_TXN, 0);
            runUntilEmpty(runner);

            runner.assertAllFlowFilesTransferred("success", 1);
        }
        assertThat(readCommitted(broker, "unknown"))
                .extracting(Readings::id)
                .containsAll(ids(0, 100))
                .hasSizeBetween(100, 200);
    }

    @Test
    void twoPublishersOfOneTransactionalIdFenceEachOtherAndLoseNothing() throws Exception {
        broker.createTopic("twins", 1);
        PipelineDefinition pipeline = pipeline("twins", MAX_LAG);
        TestRunner first = runner(broker, "twins", MAX_LAG, Map.of());
        TestRunner second = runner(broker, "twins", MAX_LAG, Map.of());
        first.enqueue(container(pipeline, 0, 100));
        first.run(1, false);
        second.enqueue(container(pipeline, 100, 100));
        second.run(1, false);

        first.enqueue(container(pipeline, 200, 100));
        first.run(1, false, false);
        assertThat(first.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(first.getLogger().getErrorMessages())
                .extracting(LogMessage::getMsg)
                .singleElement()
                .asString()
                .contains("Transactional Id Prefix");
        runUntilEmpty(first);
        second.enqueue(container(pipeline, 300, 100));
        runUntilEmpty(second);

        first.assertAllFlowFilesTransferred("success", 2);
        second.assertAllFlowFilesTransferred("success", 2);
        assertThat(readCommitted(broker, "twins")).extracting(Readings::id).containsAll(ids(0, 400));
    }

    @Test
    void aTopicThatIsDeletedInBetweenStopsNothingForGood() throws Exception {
        broker.createTopic("deleted", 1);
        PipelineDefinition pipeline = pipeline("deleted", MAX_LAG);
        TestRunner runner = runner(broker, "deleted", MAX_LAG, IMPATIENT);
        runner.enqueue(container(pipeline, 0, 100));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        try (Admin admin = broker.admin()) {
            admin.deleteTopics(List.of("deleted")).all().get(30, TimeUnit.SECONDS);
        }
        runner.enqueue(container(pipeline, 100, 100));
        runner.run(1, false, false);
        createTopicUnlessItIsThere("deleted");
        runUntilEmpty(runner);

        runner.assertAllFlowFilesTransferred("success", 2);
        assertThat(readCommitted(broker, "deleted")).extracting(Readings::id).containsAll(ids(100, 100));
    }

    @Test
    void anApplicationKilledBetweenKafkasCommitAndItsOwnPublishesAgain() throws Exception {
        broker.createTopic("killed-between", 1);
        Path queue = Files.createDirectories(directory.resolve("queue"));
        for (int flowFile = 0; flowFile < 5; flowFile++) {
            Files.write(
                    queue.resolve("flow-file-" + flowFile),
                    container(pipeline("killed-between", MAX_LAG), flowFile * 20, 20));
        }
        Path marker = directory.resolve("committed");
        try (Processes processes = Processes.in(directory.resolve("run"))) {
            ChildProcess first = processes.start(publisher(queue, marker));
            first.awaitReady("Kafka's commit", Duration.ofMinutes(1), () -> Files.exists(marker));
            processes.kill(first);
            assertThat(names(queue)).hasSize(5);

            ChildProcess second = processes.start(publisher(queue, marker));
            Waiting.until("the second run", Duration.ofMinutes(1), () -> !second.isAlive());
            assertThat(names(queue)).as(second.lastLines()).isEmpty();
        }
        assertThat(readCommitted(broker, "killed-between"))
                .extracting(Readings::id)
                .as("committed twice, told apart by identity")
                .hasSize(200)
                .containsAll(ids(0, 100));
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

    private static void createTopicUnlessItIsThere(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                if (admin.listTopics().names().get(10, TimeUnit.SECONDS).contains(topic)) {
                    return true;
                }
                broker.createTopic(topic, 1);
                return false;
            });
        }
    }

    private static void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static Launch publisher(Path queue, Path marker) {
        return new Launch(
                "publisher",
                List.of(
                        Launch.java(Launch.currentJavaHome()),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishingApplication.class.getName(),
                        broker.bootstrapServers(),
                        "killed-between",
                        queue.toString(),
                        marker.toString()),
                Map.of(),
                directory,
                directory.resolve("publisher.log"));
    }

    private static List<String> names(Path queue) throws IOException {
        try (Stream<Path> files = Files.list(queue)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
