package io.hybridingest.sandbox;

import io.hybridingest.nifi.processors.PublishKafkaStream;
import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.nifi.services.StandardKafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** Prepared records of sensors, the runners that publish them, and what is in their topics then. */
final class Readings {
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
            stream: {topic: %1$s, encoding: avro, trigger: 500 ms, max-lag: %2$d, when-lagging: hold}
            batch: {landing: /landing}
            table: {path: %3$s}
            """;

    private static final String NO_TABLE = "/table";

    /** Recent, because the broker's retention goes by the event time: half a minute after its start it deletes what is old. */
    private static final long FIRST_MILLIS =
            System.currentTimeMillis() - Duration.ofHours(1).toMillis();

    private Readings() {}

    static TestRunner runner(KafkaBroker broker, String name, long maxLag, Map<String, String> kafkaProperties)
            throws Exception {
        return runner(new PublishKafkaStream(), broker.bootstrapServers(), name, maxLag, kafkaProperties);
    }

    /** A runner of the processor whose pipeline, topic and transactional ids have one name. */
    static TestRunner runner(
            Processor processor, String servers, String name, long maxLag, Map<String, String> kafkaProperties)
            throws Exception {
        Map<String, String> properties = new HashMap<>(kafkaProperties);
        properties.put("Bootstrap Servers", servers);
        TestRunner runner = TestRunners.newTestRunner(processor);
        StandardKafkaClusterService cluster = new StandardKafkaClusterService();
        runner.addControllerService("cluster", cluster);
        properties.forEach((property, value) -> runner.setProperty(cluster, property, value));
        runner.enableControllerService(cluster);
        configure(runner, name, maxLag);
        return runner;
    }

    /** Sets another definition of the pipeline. */
    static void redefine(TestRunner runner, String yaml) {
        ControllerService pipeline = runner.getControllerService("pipeline");
        runner.disableControllerService(pipeline);
        runner.setProperty(pipeline, "Pipeline Definition", yaml);
        runner.enableControllerService(pipeline);
    }

    /** Sets all that the processor needs beside the Kafka Cluster Service {@code cluster}. */
    static void configure(TestRunner runner, String name, long maxLag) throws Exception {
        StandardIngestPipelineService pipeline = new StandardIngestPipelineService();
        runner.addControllerService("pipeline", pipeline);
        runner.setProperty(pipeline, "Pipeline Definition", yaml(name, maxLag));
        runner.enableControllerService(pipeline);
        runner.setProperty("Pipeline Service", "pipeline");
        runner.setProperty("Kafka Cluster Service", "cluster");
        runner.setProperty("Transactional Id Prefix", name);
    }

    static PipelineDefinition pipeline(String name, long maxLag) {
        return pipeline(name, maxLag, NO_TABLE);
    }

    /** The same pipeline with a table, for the job. */
    static PipelineDefinition pipeline(String name, long maxLag, String table) {
        return PipelineDefinition.fromYaml(yaml(name, maxLag, table));
    }

    static String yaml(String name, long maxLag) {
        return yaml(name, maxLag, NO_TABLE);
    }

    static String yaml(String name, long maxLag, String table) {
        return YAML.formatted(name, maxLag, table);
    }

    static String id(int number) {
        return "%032x".formatted(number);
    }

    static List<String> ids(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(Readings::id).toList();
    }

    static String id(ConsumerRecord<byte[], byte[]> message) {
        return new String(message.headers().lastHeader("hybrid.id").value(), StandardCharsets.UTF_8);
    }

    static GenericRecord record(PipelineDefinition pipeline, int number, String text) {
        GenericRecord record = new GenericData.Record(pipeline.wireSchema());
        record.put("sensor", "sensor-" + number % 7);
        record.put("read_at", FIRST_MILLIS + number);
        record.put("text", text);
        record.put("_ingest_id", id(number));
        record.put("_source", "test");
        return record;
    }

    static String incompressible(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes).substring(0, length);
    }

    static byte[] container(PipelineDefinition pipeline, int first, int count) throws IOException {
        return container(
                pipeline,
                IntStream.range(first, first + count)
                        .mapToObj(number -> record(pipeline, number, "text " + number))
                        .toList());
    }

    static byte[] container(PipelineDefinition pipeline, List<GenericRecord> records) throws IOException {
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

    static List<GenericRecord> read(MockFlowFile container) throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(container.toByteArray()), new GenericDatumReader<>())) {
            stream.forEach(records::add);
        }
        return records;
    }

    /** Everything that a reader of committed records sees once no transaction is open before the present end. */
    static List<ConsumerRecord<byte[], byte[]>> readCommitted(KafkaBroker broker, String topic) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        Map<TopicPartition, Long> ends = ends(broker, topic);
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
    static void publishOffsets(KafkaBroker broker, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        ends(broker, topic).forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(topic, offsets).all().get(30, TimeUnit.SECONDS);
        }
    }

    static Map<TopicPartition, Long> ends(KafkaBroker broker, String topic) throws Exception {
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
}
