package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.nifi.processors.PublishKafkaStream;
import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.nifi.services.StandardKafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishKafkaStreamIT {
    private static final String YAML = """
            pipeline: %1$s
            schema:
              type: record
              name: Reading
              fields:
                - {name: sensor, type: string}
                - {name: read_at, type: {type: long, logicalType: timestamp-millis}}
                - {name: text, type: string}
            identity: [sensor, read_at]
            event-time: {field: read_at}
            stream: {topic: %1$s, encoding: avro, max-lag: %2$d, when-lagging: hold}
            batch: {landing: /landing}
            table: {path: /table}
            """;

    private static final long FIRST_MILLIS = 1_700_000_000_000L;

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
        TestRunner runner = runner("readings", 1_000_000);
        runner.enqueue(container(pipeline, 0, 500));
        runner.enqueue("no container");
        runner.enqueue(container(pipeline, 500, 500));

        runner.run();

        runner.assertTransferCount("success", 2);
        runner.assertTransferCount("failure", 1);
        List<ConsumerRecord<byte[], byte[]>> messages = readCommitted("readings");
        assertThat(messages).extracting(PublishKafkaStreamIT::id).containsExactlyInAnyOrderElementsOf(ids(0, 1000));
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
        TestRunner runner = runner("large", 1_000_000, Map.of("max.request.size", "3000000"));
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
        assertThat(readCommitted("large")).extracting(PublishKafkaStreamIT::id).isEqualTo(expected);
    }

    @Test
    void nothingIsLostWhenTheBrokerIsKilledInBetween() throws Exception {
        broker.createTopic("killed", 2);
        PipelineDefinition pipeline = pipeline("killed", 1_000_000);
        TestRunner runner = runner("killed", 1_000_000);
        runner.setProperty("Maximum Batch Records", "1000");
        for (int flowFile = 0; flowFile < 30; flowFile++) {
            runner.enqueue(container(pipeline, flowFile * 500, 500));
        }
        runner.run(3, false);
        assertThat(runner.getFlowFilesForRelationship("success")).hasSizeBetween(3, 29);

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

        runner.assertAllFlowFilesTransferred("success", 30);
        assertThat(readCommitted("killed"))
                .extracting(PublishKafkaStreamIT::id)
                .containsAll(ids(0, 15_000))
                .hasSizeGreaterThanOrEqualTo(15_000);
    }

    @Test
    void theTransactionThatAKilledPredecessorLeftOpenHoldsUpNobody() throws Exception {
        broker.createTopic("fenced", 1);
        PipelineDefinition pipeline = pipeline("fenced", 1_000_000);
        TestRunner probe = runner("fenced", 1_000_000);
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
            TestRunner runner = runner("fenced", 1_000_000);
            runner.enqueue(container(pipeline, 1, 10));

            runner.run();

            runner.assertAllFlowFilesTransferred("success", 1);
            assertThat(readCommitted("fenced"))
                    .extracting(PublishKafkaStreamIT::id)
                    .isEqualTo(ids(0, 11));
            predecessor.close(Duration.ZERO);
        }
    }

    @Test
    void flowFilesAreHeldUntilTheJobsOffsetsHaveCaughtUp() throws Exception {
        broker.createTopic("lagging", 2);
        PipelineDefinition pipeline = pipeline("lagging", 100);
        TestRunner runner = runner("lagging", 100);
        runner.enqueue(container(pipeline, 0, 300));
        runner.run(1, false);
        runner.assertTransferCount("success", 1);

        runner.enqueue(container(pipeline, 300, 10));
        runner.run(1, false, false);
        assertThat(runner.getQueueSize().getObjectCount())
                .as("held, no offset published yet")
                .isEqualTo(1);

        publishOffsets("lagging");
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            runner.run(1, false, false);
            return runner.getQueueSize().getObjectCount() == 0;
        });
        runner.stop();
        runner.assertAllFlowFilesTransferred("success", 2);
    }

    @Test
    void aTopicThatDoesNotExistIsNotMadeBehindTheBack() throws Exception {
        TestRunner runner = runner("absent", 1_000_000);
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

    private static TestRunner runner(String name, long maxLag) throws Exception {
        return runner(name, maxLag, Map.of());
    }

    private static TestRunner runner(String name, long maxLag, Map<String, String> kafkaProperties) throws Exception {
        TestRunner runner = TestRunners.newTestRunner(PublishKafkaStream.class);
        StandardIngestPipelineService pipeline = new StandardIngestPipelineService();
        runner.addControllerService("pipeline", pipeline);
        runner.setProperty(pipeline, "Pipeline Definition", YAML.formatted(name, maxLag));
        runner.enableControllerService(pipeline);
        StandardKafkaClusterService cluster = new StandardKafkaClusterService();
        runner.addControllerService("cluster", cluster);
        runner.setProperty(cluster, "Bootstrap Servers", broker.bootstrapServers());
        kafkaProperties.forEach((property, value) -> runner.setProperty(cluster, property, value));
        runner.enableControllerService(cluster);
        runner.setProperty("Pipeline Service", "pipeline");
        runner.setProperty("Kafka Cluster Service", "cluster");
        runner.setProperty("Transactional Id Prefix", name);
        return runner;
    }

    private static PipelineDefinition pipeline(String name, long maxLag) {
        return PipelineDefinition.fromYaml(YAML.formatted(name, maxLag));
    }

    private static String id(int number) {
        return "%032x".formatted(number);
    }

    private static List<String> ids(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(PublishKafkaStreamIT::id)
                .toList();
    }

    private static String id(ConsumerRecord<byte[], byte[]> message) {
        return new String(message.headers().lastHeader("hybrid.id").value(), StandardCharsets.UTF_8);
    }

    private static GenericRecord record(PipelineDefinition pipeline, int number, String text) {
        GenericRecord record = new GenericData.Record(pipeline.wireSchema());
        record.put("sensor", "sensor-" + number % 7);
        record.put("read_at", FIRST_MILLIS + number);
        record.put("text", text);
        record.put("_ingest_id", id(number));
        record.put("_source", "test");
        return record;
    }

    private static String incompressible(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).substring(0, length);
    }

    private static byte[] container(PipelineDefinition pipeline, int first, int count) throws IOException {
        return container(
                pipeline,
                IntStream.range(first, first + count)
                        .mapToObj(number -> record(pipeline, number, "text " + number))
                        .toList());
    }

    private static byte[] container(PipelineDefinition pipeline, List<GenericRecord> records) throws IOException {
        Schema schema = pipeline.wireSchema();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.setCodec(CodecFactory.zstandardCodec(1)).create(schema, bytes);
            for (GenericRecord record : records) {
                writer.append(record);
            }
        }
        return bytes.toByteArray();
    }

    private static List<GenericRecord> read(MockFlowFile container) throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(container.toByteArray()), new GenericDatumReader<>())) {
            stream.forEach(records::add);
        }
        return records;
    }

    /** Everything that a reader of committed records sees once no transaction is open before the present end. */
    private static List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        Map<TopicPartition, Long> ends = ends(topic);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            Waiting.until("the committed records of " + topic, Duration.ofSeconds(30), () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(messages::add);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return messages;
    }

    /** As the job does after a commit to the table: the group named as the pipeline has read all there is. */
    private static void publishOffsets(String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        ends(topic).forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(topic, offsets).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static Map<TopicPartition, Long> ends(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetSpec> question = new HashMap<>();
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions()
                    .forEach(partition ->
                            question.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(question)
                    .all()
                    .get(10, TimeUnit.SECONDS)
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        }
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
