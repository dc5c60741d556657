package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.Compression;
import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.JobLag.Group;
import io.hybridingest.kafka.Partitioning;
import io.hybridingest.kafka.Payments;
import io.hybridingest.kafka.PublishFixture;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.TopicSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishKafkaStreamTest {
    private final PublishTestbed testbed = new PublishTestbed();
    private final FakeTopic topic = testbed.topic;
    private final FakeProducer producer = testbed.producer;

    @Test
    void theFlowFilesOfATriggerShareATransaction() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 20));
        runner.enqueue(Payments.container(20, 5));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 2);
        MockFlowFile second =
                runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS).get(1);
        second.assertAttributeEquals("msg.count", "5");
        second.assertAttributeEquals("record.count", "5");
        second.assertAttributeEquals("kafka.topic", "payments-topic");
        second.assertAttributeEquals("hybrid.pipeline", "payments");
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 25));
        assertThat(runner.getProvenanceEvents())
                .filteredOn(event -> event.getEventType() == ProvenanceEventType.SEND)
                .extracting(event -> event.getTransitUri())
                .containsExactly("kafka://broker:9092/payments-topic", "kafka://broker:9092/payments-topic");
    }

    @Test
    void noFurtherFlowFileJoinsAFullTransaction() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishLimits.MAXIMUM_BATCH_RECORDS, "20");
        runner.enqueue(Payments.container(0, 20));
        runner.enqueue(Payments.container(20, 5));

        runner.run();

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
    }

    @Test
    void anUnreadableFlowFileFailsAlone() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue("not Avro");
        runner.enqueue(Payments.container(3, 3));

        runner.run();

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 2);
        runner.assertTransferCount(PublishKafkaStream.FAILURE, 1);
        MockFlowFile failed =
                runner.getFlowFilesForRelationship(PublishKafkaStream.FAILURE).getFirst();
        failed.assertContentEquals("not Avro");
        assertThat(failed.getAttribute("hybrid.reasons")).contains("no Avro container");
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 6));
        assertThat(runner.getCounterValue("FlowFiles failed")).isEqualTo(1);
        assertThat(runner.getProvenanceEvents())
                .filteredOn(event -> event.getEventType() == ProvenanceEventType.ROUTE)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getFlowFileUuid()).isEqualTo(failed.getAttribute("uuid"));
                    assertThat(event.getRelationship()).isEqualTo("failure");
                    assertThat(event.getDetails()).contains("no Avro container");
                });
    }

    @ParameterizedTest
    @CsvSource({"avro, ''", "json, '[{}]'", "avro, PAR1"})
    void contentOfAnotherKindSaysWhatWouldDo(String encoding, String content) throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline(encoding, "hold"));
        runner.enqueue(content);

        runner.run();

        MockFlowFile failed =
                runner.getFlowFilesForRelationship(PublishKafkaStream.FAILURE).getFirst();
        assertThat(failed.getAttribute("hybrid.reasons"))
                .contains(
                        "no Avro container",
                        "does not begin with a JSON object",
                        "connect the output of PreprocessRecord",
                        "or choose a Record Reader");
    }

    @Test
    void aContainerWithoutRecordsIsPublishedAsNothing() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 0));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 1);
        MockFlowFile empty =
                runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS).getFirst();
        empty.assertAttributeEquals("msg.count", "0");
        empty.assertAttributeEquals("record.count", "0");
        empty.assertAttributeNotExists("kafka.partition.hottest");
        assertThat(runner.getCounterValue("Records published")).isZero();
    }

    @Test
    void recordsThatKafkaRefusesAreQuarantinedAndTheOthersPublished() throws Exception {
        producer.refuse(1, new RecordTooLargeException("larger than max.message.bytes"));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3), Map.of("filename", "in.avro"));

        runner.run();

        MockFlowFile success =
                runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS).getFirst();
        success.assertAttributeEquals("msg.count", "2");
        success.assertAttributeEquals("record.count", "3");
        success.assertAttributeEquals("filename", "in.avro");
        MockFlowFile rejected =
                runner.getFlowFilesForRelationship(PublishKafkaStream.REJECTED).getFirst();
        rejected.assertAttributeEquals("record.count", "1");
        rejected.assertAttributeEquals("hybrid.reasons", "too-large=1");
        rejected.assertAttributeEquals("mime.type", "application/avro-binary");
        assertThat(rejected.getAttribute("filename")).endsWith(".avro").isNotEqualTo("in.avro");
        assertThat(Payments.quarantined(rejected.toByteArray())).singleElement().satisfies(quarantined -> {
            assertThat(quarantined.get("quarantine_id")).hasToString(Payments.id(1));
            assertThat(quarantined.get("ingest_id")).hasToString(Payments.id(1));
            assertThat(quarantined.get("stage")).hasToString("publish");
            assertThat(quarantined.get("source")).hasToString("orders.json");
            assertThat((List<?>) quarantined.get("reasons")).singleElement().satisfies(reason -> assertThat(
                            ((GenericRecord) reason).get("code"))
                    .hasToString("too-large"));
            assertThat(StandardCharsets.UTF_8
                            .decode((ByteBuffer) quarantined.get("original"))
                            .toString())
                    .contains("\"payment_id\":\"P1\"");
        });
    }

    @Test
    void aRecordThatCannotBeWrittenAsJsonIsQuarantinedAsTheBytesThatItIs() throws Exception {
        GenericRecord odd = Payments.record(1);
        odd.put("amount", ByteBuffer.allocate(0));
        TestRunner runner = testbed.runner(Payments.pipeline("json", "hold"));
        runner.enqueue(Payments.container(List.of(Payments.record(0), odd, Payments.record(2))));

        runner.run();

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);
        assertThat(PublishFixture.ids(producer.history())).containsExactly(Payments.id(0), Payments.id(2));
        MockFlowFile rejected =
                runner.getFlowFilesForRelationship(PublishKafkaStream.REJECTED).getFirst();
        rejected.assertAttributeEquals("hybrid.reasons", "unserialisable=1");
        assertThat(Payments.quarantined(rejected.toByteArray())).singleElement().satisfies(quarantined -> {
            assertThat(quarantined.get("ingest_id")).hasToString(Payments.id(1));
            GenericRecord original = new GenericDatumReader<GenericRecord>(
                            Payments.pipeline().wireSchema())
                    .read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(((ByteBuffer) quarantined.get("original")).array(), null));
            assertThat(original).isEqualTo(odd);
        });
    }

    @Test
    void sizeAndTimeEndATransactionAsWell() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishLimits.MAXIMUM_BATCH_SIZE, "1 B");
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3));
        runner.run(1);
        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);

        runner.setProperty(PublishLimits.MAXIMUM_BATCH_SIZE, "1 GB");
        runner.setProperty(PublishLimits.MAXIMUM_BATCH_DURATION, "0 millis");
        runner.enqueue(Payments.container(6, 3));
        runner.run(1);
        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 2);
    }

    @Test
    void aRecordReaderReadsWhatCannotBeSliced() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        Flows.readJson(runner);
        String prepared = Payments.json(0);
        runner.enqueue("[" + prepared + "]");
        runner.enqueue("[{\"payment_id\": \"P1\"}]");

        runner.run();

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);
        MockFlowFile refused =
                runner.getFlowFilesForRelationship(PublishKafkaStream.FAILURE).getFirst();
        assertThat(refused.getAttribute("hybrid.reasons"))
                .contains("Record 0 is no prepared record", "send the records through PreprocessRecord first");
    }

    @Test
    void attributesBecomeHeaders() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.ATTRIBUTE_HEADER_PATTERN, "(");
        runner.assertNotValid();
        runner.setProperty(PublishKafkaStream.ATTRIBUTE_HEADER_PATTERN, "ten.*");
        runner.enqueue(Payments.container(0, 1), Map.of("tenant", "north"));
        runner.enqueue(Payments.container(1, 1), Map.of("tenant", "south"));

        runner.run();

        assertThat(producer.history())
                .extracting(message ->
                        new String(message.headers().lastHeader("tenant").value(), StandardCharsets.UTF_8))
                .containsExactly("north", "south");
    }

    @Test
    void theHottestPartitionIsToldInAttributeAndCounter() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.PARTITIONING, Partitioning.RECORD_PATH);
        runner.setProperty(PublishKafkaStream.PARTITION_RECORD_PATH, "/note");
        runner.enqueue(Payments.container(IntStream.range(0, 30)
                .mapToObj(number -> Payments.record(number, "always the same"))
                .toList()));

        runner.run();

        runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS)
                .getFirst()
                .assertAttributeEquals("kafka.partition.hottest.share", "1.000");
        assertThat(runner.getCounterValue("Records in the hottest partition")).isEqualTo(30);
        assertThat(runner.getCounterValue("Records published")).isEqualTo(30);
    }

    @Test
    void aMissingTopicSaysHowToMakeItAndPublishingBeginsOnceItExists() throws Exception {
        topic.missing("Topic payments-topic does not exist: create it");
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));

        runner.run(1, false);
        assertThat(runner.getLogger().getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("create it"));
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);

        topic.present();
        runner.run(1, true, false);
        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 1);
    }

    @Test
    void whileTheJobLagsFlowFilesAreHeld() throws Exception {
        topic.lag(1001);
        TestRunner runner = testbed.runner(Payments.pipeline("avro", "hold"));
        runner.enqueue(Payments.container(0, 3));

        runner.run(2);

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(producer.history()).isEmpty();
        assertThat(runner.isYieldCalled()).isTrue();
        assertThat(runner.getLogger().getWarnMessages()).singleElement().satisfies(message -> assertThat(
                        message.getMsg())
                .contains("1001 records ahead of the table, the limit is 1000", "stay queued"));
    }

    @ParameterizedTest
    @CsvSource({"61, 1", "59, 0"})
    void aRecordThatWaitsLongerThanMaximumLagAgeHoldsFlowFiles(long waits, int held) throws Exception {
        topic.lag(new JobLag.Known(1, Duration.ofSeconds(waits), false, Duration.ZERO, Group.PUBLISHED));
        TestRunner runner = testbed.runner(Payments.pipeline("avro", "hold"));
        runner.setProperty(TopicProperties.MAXIMUM_LAG_AGE, "1 min");
        runner.enqueue(Payments.container(0, 3));

        runner.run();

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"121, true", "119, false"})
    void offsetsThatStandStillForStalledJobWarningAreABulletin(long still, boolean said) throws Exception {
        topic.lag(new JobLag.Known(1, Duration.ZERO, false, Duration.ofSeconds(still), Group.PUBLISHED));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(TopicProperties.STALLED_JOB_WARNING, "2 min");
        runner.enqueue(Payments.container(0, 3));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 1);
        assertThat(runner.getLogger().getWarnMessages().stream()
                        .anyMatch(warning -> warning.getMsg().contains("has published no progress for 2 minutes")))
                .isEqualTo(said);
    }

    @Test
    void compressionReachesTheProducer() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.COMPRESSION, Compression.ZSTD);
        runner.enqueue(Payments.container(0, 3));

        runner.run();

        assertThat(testbed.configurations).isNotEmpty().allSatisfy(configuration -> assertThat(configuration)
                .containsEntry("compression.type", "zstd"));
    }

    @Test
    void whileTheJobLagsFlowFilesAreDiverted() throws Exception {
        topic.lag(1001);
        TestRunner runner = testbed.runner(Payments.pipeline("avro", "divert"));
        byte[] content = Payments.container(0, 3);
        runner.enqueue(content);
        runner.enqueue(content, Map.of("hybrid.publish.attempts", "2"));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.OVERFLOW, 2);
        MockFlowFile diverted =
                runner.getFlowFilesForRelationship(PublishKafkaStream.OVERFLOW).getFirst();
        diverted.assertContentEquals(content);
        diverted.assertAttributeEquals("hybrid.lane", "batch");
        assertThat(producer.history()).isEmpty();
        assertThat(runner.getFlowFilesForRelationship(PublishKafkaStream.OVERFLOW))
                .allSatisfy(flowFile -> flowFile.assertAttributeNotExists("hybrid.publish.attempts"));
        assertThat(runner.getCounterValue("FlowFiles diverted")).isEqualTo(2);
        assertThat(runner.getProvenanceEvents())
                .filteredOn(event -> event.getEventType() == ProvenanceEventType.ROUTE)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getRelationship()).isEqualTo("overflow"));
    }

    @Test
    void idempotentDeliveryAndAnotherKey() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.DELIVERY, Delivery.IDEMPOTENT);
        runner.setProperty(PublishKafkaStream.PARTITIONING, Partitioning.RECORD_PATH);
        runner.assertNotValid();
        runner.setProperty(PublishKafkaStream.PARTITION_RECORD_PATH, "/account");
        runner.enqueue(Payments.container(0, 2));

        runner.run();

        assertThat(producer.transactionInitialized()).isFalse();
        assertThat(producer.history())
                .extracting(message -> new String(message.key(), StandardCharsets.UTF_8))
                .containsExactly("account-0", "account-1");
    }

    @Test
    void aPathThatIsNoFieldStopsTheStartWithASentence() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.PARTITIONING, Partitioning.RECORD_PATH);
        runner.setProperty(PublishKafkaStream.PARTITION_RECORD_PATH, "/acount");

        assertThatThrownBy(runner::run).hasStackTraceContaining("'acount' is no field of Payment");
    }

    @Test
    void aPrefixThatComesToNothingStopsTheStartWithASentence() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishKafkaStream.TRANSACTIONAL_ID_PREFIX, "${no.such.variable}");

        assertThatThrownBy(runner::run)
                .hasStackTraceContaining("Transactional Id Prefix is empty")
                .hasStackTraceContaining("would share the transactional ids");
    }

    @Test
    void warningsAboutTheTopicAreOneBulletinAndStopNothing() throws Exception {
        topic.settings(new TopicSettings(Duration.ofSeconds(1), false, null, null, false, null));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3));
        runner.setProperty(PublishLimits.MAXIMUM_BATCH_RECORDS, "3");

        runner.run(2);

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 2);
        assertThat(runner.getLogger().getWarnMessages())
                .filteredOn(message -> message.getMsg().contains("Set its retention.ms"))
                .hasSize(1);
    }

    @Test
    void recordsOlderThanTheTopicKeepsThemArePublishedWithAWarning() throws Exception {
        topic.settings(new TopicSettings(Duration.ofDays(7), false, null, null, false, null));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 1);
        assertThat(runner.getLogger().getWarnMessages()).singleElement().satisfies(message -> assertThat(
                        message.getMsg())
                .contains("Kafka may delete them before the job has read them", "batch lane"));
    }

    @Test
    void aTopicCanNotDemandMoreReplicasThanItHas() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(TopicProperties.CREATE_TOPIC, "true");
        runner.assertValid();
        runner.setProperty(TopicProperties.TOPIC_MINIMUM_IN_SYNC_REPLICAS, "4");

        runner.assertNotValid();
    }
}
