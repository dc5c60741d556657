package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.Payments;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.TopicSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/** What the Verify button of PublishKafkaStream says. */
class PublishVerificationTest {
    private final PublishTestbed testbed = new PublishTestbed();
    private final FakeTopic topic = testbed.topic;
    private final FakeProducer producer = testbed.producer;

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
