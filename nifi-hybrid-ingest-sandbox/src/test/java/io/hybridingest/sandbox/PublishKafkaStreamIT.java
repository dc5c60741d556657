package io.hybridingest.sandbox;

import static io.hybridingest.sandbox.Readings.container;
import static io.hybridingest.sandbox.Readings.id;
import static io.hybridingest.sandbox.Readings.ids;
import static io.hybridingest.sandbox.Readings.incompressible;
import static io.hybridingest.sandbox.Readings.pipeline;
import static io.hybridingest.sandbox.Readings.publishOffsets;
import static io.hybridingest.sandbox.Readings.read;
import static io.hybridingest.sandbox.Readings.readCommitted;
import static io.hybridingest.sandbox.Readings.record;
import static io.hybridingest.sandbox.Readings.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.pipeline.PipelineDefinition;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishKafkaStreamIT {
    @TempDir
    private static Path directory;

    private static KafkaBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.start(directory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void committedRecordsCarryIdentityEventTimeAndSchema() throws Exception {
        broker.createTopic("readings", 3);
        PipelineDefinition pipeline = pipeline("readings", 1_000_000);
        TestRunner runner = runner(broker, "readings", 1_000_000, Map.of());
        runner.enqueue(container(pipeline, 0, 500));
        runner.enqueue("no container");
        runner.enqueue(container(pipeline, 500, 500));

        runner.run();

        runner.assertTransferCount("success", 2);
        runner.assertTransferCount("failure", 1);
        List<ConsumerRecord<byte[], byte[]>> messages = readCommitted(broker, "readings");
        assertThat(messages).extracting(Readings::id).containsExactlyInAnyOrderElementsOf(ids(0, 1000));
        BinaryMessageDecoder<GenericRecord> decoder =
                new BinaryMessageDecoder<>(GenericData.get(), pipeline.wireSchema());
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            GenericRecord decoded = decoder.decode(message.value());
            assertThat(decoded.get("_ingest_id")).hasToString(id(message));
            assertThat(message.key()).isEqualTo(id(message).getBytes(StandardCharsets.UTF_8));
            assertThat(message.timestamp()).isEqualTo(decoded.get("read_at"));
        }
    }

    @Test
    void recordsThatAreTooLargeForProducerOrBrokerAreRejectedAndTheOthersCommittedOnce() throws Exception {
        broker.createTopic("large", 1);
        PipelineDefinition pipeline = pipeline("large", 1_000_000);
        TestRunner runner = runner(broker, "large", 1_000_000, Map.of("max.request.size", "3000000"));
        List<GenericRecord> records = new ArrayList<>(IntStream.range(0, 200)
                .mapToObj(number -> record(pipeline, number, "small"))
                .toList());
        records.set(50, record(pipeline, 50, incompressible(2_000_000)));
        records.set(120, record(pipeline, 120, incompressible(4_000_000)));
        runner.enqueue(container(pipeline, records));

        runner.run();

        runner.assertTransferCount("success", 1);
        runner.getFlowFilesForRelationship("success").getFirst().assertAttributeEquals("msg.count", "198");
        MockFlowFile rejected = runner.getFlowFilesForRelationship("rejected").getFirst();
        rejected.assertAttributeEquals("hybrid.reasons", "too-large=2");
        assertThat(read(rejected))
                .extracting(record -> record.get("ingest_id").toString())
                .containsExactly(id(50), id(120));
        List<String> expected = new ArrayList<>(ids(0, 200));
        expected.removeAll(List.of(id(50), id(120)));
        assertThat(readCommitted(broker, "large")).extracting(Readings::id).isEqualTo(expected);
    }

    @Test
    void aFlowFileFullOfTimesThatTheTopicRefusesIsSortedOutInAFewAttempts() throws Exception {
        broker.createTopic("zone", 2);
        PipelineDefinition pipeline = pipeline("zone", 1_000_000);
        TestRunner runner = runner(broker, "zone", 1_000_000, Map.of());
        List<GenericRecord> records = new ArrayList<>(IntStream.range(0, 3000)
                .mapToObj(number -> record(pipeline, number, "text " + number))
                .toList());
        long ahead = System.currentTimeMillis() + Duration.ofHours(3).toMillis();
        records.subList(1000, 3000).forEach(record -> record.put("read_at", ahead));
        runner.enqueue(container(pipeline, records));

        runner.run(1, false);

        assertThat(recordsSent("zone"))
                .as("every record some times, not once for each that is refused")
                .isLessThan(60_000);
        runner.stop();
        MockFlowFile rejected = runner.getFlowFilesForRelationship("rejected").getFirst();
        rejected.assertAttributeEquals("record.count", "2000");
        assertThat(read(rejected))
                .extracting(record -> record.get("ingest_id").toString())
                .isEqualTo(ids(1000, 2000));
        assertThat(readCommitted(broker, "zone"))
                .extracting(Readings::id)
                .containsExactlyInAnyOrderElementsOf(ids(0, 1000));
    }

    @Test
    void nothingIsLostWhenTheBrokerIsKilledInBetween() throws Exception {
        broker.createTopic("killed", 2);
        PipelineDefinition pipeline = pipeline("killed", 1_000_000);
        TestRunner runner = runner(broker, "killed", 1_000_000, Map.of());
        runner.setProperty("Maximum Batch Records", "1500");
        for (int flowFile = 0; flowFile < 1000; flowFile++) {
            runner.enqueue(container(pipeline, flowFile * 15, 15));
        }
        runner.run(2, false);
        assertThat(runner.getFlowFilesForRelationship("success")).hasSizeBetween(100, 900);

        CompletableFuture<Void> outage = CompletableFuture.runAsync(() -> {
            broker.kill();
            broker.restart();
        });
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    runner.run(1, false, false);
                    return runner.getQueueSize().getObjectCount() == 0;
                });
        outage.get(1, TimeUnit.MINUTES);
        runner.stop();

        runner.assertAllFlowFilesTransferred("success", 1000);
        assertThat(readCommitted(broker, "killed"))
                .extracting(Readings::id)
                .containsAll(ids(0, 15_000))
                .hasSizeGreaterThanOrEqualTo(15_000);
    }

    @Test
    void theTransactionThatAKilledPredecessorLeftOpenHoldsUpNobody() throws Exception {
        broker.createTopic("fenced", 1);
        PipelineDefinition pipeline = pipeline("fenced", 1_000_000);
        TestRunner probe = runner(broker, "fenced", 1_000_000, Map.of());
        probe.enqueue(container(pipeline, 0, 1));
        probe.run();
        String transactionalId = transactionalId();
        try (KafkaProducer<byte[], byte[]> predecessor = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            predecessor.initTransactions();
            predecessor.beginTransaction();
            predecessor.send(new ProducerRecord<>("fenced", "left open".getBytes(StandardCharsets.UTF_8)));
            predecessor.flush();
            TestRunner runner = runner(broker, "fenced", 1_000_000, Map.of());
            runner.enqueue(container(pipeline, 1, 10));

            runner.run();

            runner.assertAllFlowFilesTransferred("success", 1);
            assertThat(readCommitted(broker, "fenced")).extracting(Readings::id).isEqualTo(ids(0, 11));
            predecessor.close(Duration.ZERO);
        }
    }

    @Test
    void flowFilesAreHeldUntilTheJobsOffsetsHaveCaughtUp() throws Exception {
        broker.createTopic("lagging", 2);
        PipelineDefinition pipeline = pipeline("lagging", 100);
        TestRunner runner = runner(broker, "lagging", 100, Map.of());
        runner.enqueue(container(pipeline, 0, 300));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        runner.enqueue(container(pipeline, 300, 10));
        runner.run(1, false, false);
        assertThat(runner.getQueueSize().getObjectCount())
                .as("held, no offset published yet")
                .isEqualTo(1);

        publishOffsets(broker, "lagging");
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            runner.run(1, false, false);
            return runner.getQueueSize().getObjectCount() == 0;
        });
        runner.stop();
        runner.assertAllFlowFilesTransferred("success", 2);
    }

    @Test
    void aTopicThatDoesNotExistIsNotMadeBehindTheBack() throws Exception {
        TestRunner runner = runner(broker, "absent", 1_000_000, Map.of());
        runner.enqueue(container(pipeline("absent", 1_000_000), 0, 1));

        runner.run();

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.getLogger().getErrorMessages().getFirst().getMsg())
                .contains("Topic absent does not exist", "--create --topic absent");
        List<ConfigVerificationResult> verified = ((VerifiableProcessor) runner.getProcessor())
                .verify(runner.getProcessContext(), runner.getLogger(), Map.of());
        assertThat(verified).extracting(ConfigVerificationResult::getOutcome).contains(Outcome.FAILED);
        try (Admin admin = broker.admin()) {
            assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS)).doesNotContain("absent");
        }
    }

    /** How many records the producers of such transactional ids have sent, as they count it themselves. */
    private static double recordsSent(String prefix) throws Exception {
        MBeanServer metrics = ManagementFactory.getPlatformMBeanServer();
        double sent = 0;
        for (ObjectName producer : metrics.queryNames(
                new ObjectName("kafka.producer:type=producer-metrics,client-id=PublishKafkaStream-" + prefix + "-*"),
                null)) {
            sent += (double) metrics.getAttribute(producer, "record-send-total");
        }
        assertThat(sent).isPositive();
        return sent;
    }

    private static String transactionalId() throws Exception {
        try (Admin admin = broker.admin()) {
            return admin.listTransactions().all().get(10, TimeUnit.SECONDS).stream()
                    .map(listing -> listing.transactionalId())
                    .filter(id -> id.startsWith("fenced-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
