package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.Partitioning;
import io.hybridingest.kafka.Payments;
import io.hybridingest.kafka.PublishFixture;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.TopicSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

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

    @Test
    void whileTheJobLagsFlowFilesAreDiverted() throws Exception {
        topic.lag(1001);
        TestRunner runner = testbed.runner(Payments.pipeline("avro", "divert"));
        byte[] content = Payments.container(0, 3);
        runner.enqueue(content);
        runner.enqueue(content);

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.OVERFLOW, 2);
        MockFlowFile diverted =
                runner.getFlowFilesForRelationship(PublishKafkaStream.OVERFLOW).getFirst();
        diverted.assertContentEquals(content);
        diverted.assertAttributeEquals("hybrid.lane", "batch");
        assertThat(producer.history()).isEmpty();
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
    void warningsAboutTheTopicAreOneBulletinAndStopNothing() throws Exception {
        topic.settings(new TopicSettings(Duration.ofSeconds(1), false, null, null, false, null));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3));
        runner.setProperty(PublishLimits.MAXIMUM_BATCH_RECORDS, "3");

        runner.run(2);

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 2);
        assertThat(runner.getLogger().getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("Set its retention.ms"));
    }

    @Test
    void verifyTakesEveryStep() throws Exception {
        topic.lag(42);

        List<ConfigVerificationResult> good = verify();

        assertThat(good)
                .extracting(ConfigVerificationResult::getVerificationStepName, ConfigVerificationResult::getOutcome)
                .containsExactly(
                        tuple("Fit the pipeline", Outcome.SUCCESSFUL),
                        tuple("Describe the topic", Outcome.SUCCESSFUL),
                        tuple("Write to the topic", Outcome.SUCCESSFUL),
                        tuple("Use transactions", Outcome.SUCCESSFUL),
                        tuple("Keep records long enough", Outcome.SUCCESSFUL),
                        tuple("Read the job's lag", Outcome.SUCCESSFUL));
        assertThat(explanation(good, "Read the job's lag")).contains("42 records ahead of the table; above 1000");
        assertThat(topic.closed()).isTrue();
        assertThat(producer.transactionInitialized()).isTrue();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void eachStepThatFailsSaysWhatToDo() throws Exception {
        topic.readOnly();
        topic.settings(new TopicSettings(Duration.ofSeconds(1), false, null, null, false, null));
        topic.lag(new JobLag.Unknown(new GroupAuthorizationException("payments")));
        producer.initTransactionException = new TransactionalIdAuthorizationException("denied");

        List<ConfigVerificationResult> results = verify();

        assertThat(explanation(results, "Write to the topic")).contains("grant WRITE on topic payments-topic");
        assertThat(explanation(results, "Use transactions"))
                .contains("WRITE and DESCRIBE on transactional ids that begin with");
        assertThat(explanation(results, "Keep records long enough")).contains("Set its retention.ms");
        assertThat(explanation(results, "Read the job's lag")).contains("grant DESCRIBE on it");
        assertThat(results)
                .filteredOn(result -> result.getOutcome() == Outcome.FAILED)
                .hasSize(4);
    }

    @Test
    void aMissingTopicIsNoFailureOfVerifyWhereTheProcessorMakesIt() throws Exception {
        topic.missing("create it");
        assertThat(explanation(verify(), "Describe the topic")).isEqualTo("create it");

        PublishKafkaStream processor =
                new PublishKafkaStream(new FakeProducer().factory(), plan -> topic, Clock.systemUTC());
        TestRunner runner = testbed.runner(Payments.pipeline(), processor);
        runner.setProperty(TopicProperties.CREATE_TOPIC, "true");
        List<ConfigVerificationResult> results =
                processor.verify(runner.getProcessContext(), runner.getLogger(), Map.of());
        assertThat(explanation(results, "Describe the topic"))
                .contains("is created when the processor starts, with 6 partitions on 3 brokers each");
        assertThat(results).extracting(ConfigVerificationResult::getOutcome).doesNotContain(Outcome.FAILED);
    }

    @Test
    void aTopicCanNotDemandMoreReplicasThanItHas() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(TopicProperties.CREATE_TOPIC, "true");
        runner.assertValid();
        runner.setProperty(TopicProperties.TOPIC_MINIMUM_IN_SYNC_REPLICAS, "4");

        runner.assertNotValid();
    }

    private List<ConfigVerificationResult> verify() throws Exception {
        PublishKafkaStream processor = testbed.processor();
        TestRunner runner = testbed.runner(Payments.pipeline(), processor);
        return processor.verify(runner.getProcessContext(), runner.getLogger(), Map.of());
    }

    private static String explanation(List<ConfigVerificationResult> results, String step) {
        return results.stream()
                .filter(result -> result.getVerificationStepName().equals(step))
                .findFirst()
                .orElseThrow()
                .getExplanation();
    }
}
