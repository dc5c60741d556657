package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.Payments;
import io.hybridingest.kafka.PublishFixture;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.launch.SetClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.MissingFlowFileException;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/** What becomes of FlowFiles when publishing them fails. */
class PublishFailuresTest {
    private final PublishTestbed testbed = new PublishTestbed();
    private final FakeTopic topic = testbed.topic;
    private final FakeProducer producer = testbed.producer;
    private final SetClock clock = testbed.clock;

    @Test
    void aFaultOfTheClusterLeavesFlowFilesQueuedWithOneBulletin() throws Exception {
        producer.commitTransactionException = new TimeoutException("no answer");
        FakeProducer successor = new FakeProducer();
        TestRunner runner = PublishTestbed.runner(
                Payments.pipeline(),
                new PublishKafkaStream(PublishFixture.inTurn(producer, successor), plan -> topic, clock));
        runner.enqueue(Payments.container(0, 3));

        runner.run(1, false);

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 0);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.isYieldCalled()).isTrue();
        assertThat(runner.getLogger().getErrorMessages())
                .extracting(LogMessage::getMsg)
                .singleElement()
                .asString()
                .contains("did not answer in time (no answer)", "stay queued");
        assertThat(producer.closed()).isTrue();

        runner.run(1, false, false);
        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 0);
        assertThat(runner.getQueueSize().getObjectCount()).as("it rests").isEqualTo(1);

        clock.advance(Duration.ofSeconds(2));
        runner.run(1, true, false);

        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 1);
        assertThat(PublishFixture.ids(successor.history())).isEqualTo(PublishFixture.ids(0, 3));
        assertThat(successor.closed()).as("closed when the processor stops").isTrue();
    }

    @Test
    void restsLongerFromOneFaultToTheNext() throws Exception {
        producer.initTransactionException = new TimeoutException("no answer");
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        int attempts = 0;
        runner.run(1, false);
        for (int second = 0; second < 60; second++) {
            clock.advance(Duration.ofSeconds(1));
            int before = testbed.made.size();
            runner.run(1, false, false);
            attempts += testbed.made.size() - before;
        }

        assertThat(attempts).as("attempts within a minute").isBetween(3, 8);
        assertThat(runner.getLogger().getErrorMessages()).hasSize(1);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
    }

    @Test
    void aClockThatIsSetBackProlongsNoRest() throws Exception {
        producer.initTransactionException = new TimeoutException("no answer");
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.run(1, false);

        clock.advance(Duration.ofHours(-1));
        runner.run(1, false, false);

        assertThat(testbed.made).as("producers of two attempts").hasSize(2);
    }

    @Test
    void aPoisonedFlowFileIsTriedAloneAndGivenUpWhileTheOthersArePublished() throws Exception {
        producer.refuse(3, new UnknownServerException("cannot digest this"));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishLimits.MAXIMUM_ATTEMPTS, "3");
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3));
        runner.enqueue(Payments.container(6, 3));

        runner.run(1, false);
        testbed.runUntilEmpty(runner);

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 2);
        runner.assertTransferCount(PublishKafkaStream.FAILURE, 1);
        MockFlowFile poison =
                runner.getFlowFilesForRelationship(PublishKafkaStream.FAILURE).getFirst();
        assertThat(poison.getAttribute("hybrid.reasons"))
                .startsWith("Given up after 3 attempts. ")
                .contains("UnknownServerException: cannot digest this");
        poison.assertAttributeNotExists("hybrid.publish.attempts");
        assertThat(runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS))
                .allSatisfy(flowFile -> flowFile.assertAttributeNotExists("hybrid.publish.attempts"));
        assertThat(testbed.published()).containsAll(PublishFixture.ids(0, 3)).containsAll(PublishFixture.ids(6, 3));
    }

    @Test
    void whereNobodyKnowsWhichFlowFileItWasEachIsTriedAlone() throws Exception {
        producer.commitTransactionException = new PolicyViolationException("against the policy");
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3));
        runner.run(1, false);
        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 0);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(2);

        producer.commitTransactionException = null;
        clock.advance(Duration.ofMinutes(1));
        runner.run(1, false, false);

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        runner.run(1, true, false);
        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 2);
        runner.getFlowFilesForRelationship(PublishKafkaStream.SUCCESS)
                .getLast()
                .assertAttributeNotExists("hybrid.publish.attempts");
    }

    @Test
    void beforeAnythingIsSentNoFlowFileIsToBlame() throws Exception {
        producer.initTransactionException = new UnknownServerException("what is this?");
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.setProperty(PublishLimits.MAXIMUM_ATTEMPTS, "1");
        runner.enqueue(Payments.container(0, 3));

        runner.run(1, false);

        runner.assertTransferCount(PublishKafkaStream.FAILURE, 0);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.getLogger().getErrorMessages())
                .extracting(LogMessage::getMsg)
                .singleElement()
                .asString()
                .contains("UnknownServerException: what is this?", "FlowFiles stay queued");
    }

    @Test
    void aFlowFileUnderSuspicionJoinsNobody() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue(Payments.container(3, 3), Map.of("hybrid.publish.attempts", "2"));
        runner.enqueue(Payments.container(6, 3));

        runner.run(1, false);
        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 1);

        testbed.runUntilEmpty(runner);
        runner.assertAllFlowFilesTransferred(PublishKafkaStream.SUCCESS, 3);
        assertThat(producer.commitCount()).isEqualTo(3);
    }

    @Test
    void aFlowFileWhoseContentCannotBeReadIsTriedAloneAndGivenUpWhileTheOthersArePublished() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline(), onADiskThat(() -> {
            throw new FlowFileAccessException("the disk is gone");
        }));
        runner.setProperty(PublishLimits.MAXIMUM_ATTEMPTS, "3");
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue("lost", Map.of("lost", "true"));
        runner.enqueue(Payments.container(3, 3));

        runner.run(1, false);
        testbed.runUntilEmpty(runner);

        runner.assertTransferCount(PublishKafkaStream.SUCCESS, 2);
        assertThat(runner.getFlowFilesForRelationship(PublishKafkaStream.FAILURE))
                .singleElement()
                .satisfies(failed -> assertThat(failed.getAttribute("hybrid.reasons"))
                        .startsWith("Given up after 3 attempts. ")
                        .contains("the disk is gone", "check the content repository"));
        assertThat(testbed.published()).containsAll(PublishFixture.ids(0, 6));
    }

    @Test
    void aFlowFileWhoseContentIsGoneIsLeftToNifi() throws Exception {
        TestRunner runner = testbed.runner(Payments.pipeline(), onADiskThat(() -> {
            throw new MissingFlowFileException("no such content claim", null);
        }));
        runner.enqueue(Payments.container(0, 3));
        runner.enqueue("lost", Map.of("lost", "true"));

        assertThatThrownBy(() -> runner.run(1, false)).hasStackTraceContaining("no such content claim");

        assertThat(runner.getQueueSize().getObjectCount()).as("rolled back").isEqualTo(2);
        assertThat(producer.commitCount()).isZero();
    }

    @Test
    void anOutageIsOneBulletin() throws Exception {
        topic.fail(new TimeoutException("no answer"));
        TestRunner runner = testbed.runner(Payments.pipeline());
        runner.enqueue(Payments.container(0, 3));

        runner.run(3);

        assertThat(runner.getLogger().getErrorMessages()).hasSize(1);
        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(topic.closed()).isTrue();
    }

    /** A processor whose session cannot read the FlowFiles that are marked as lost. */
    private PublishKafkaStream onADiskThat(Runnable fails) {
        return new PublishKafkaStream(testbed::producer, plan -> topic, clock) {
            @Override
            public void onTrigger(ProcessContext context, ProcessSession session) {
                super.onTrigger(context, withLostContent(session, fails));
            }
        };
    }

    private static ProcessSession withLostContent(ProcessSession session, Runnable fails) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("read")
                    && arguments.length == 1
                    && ((FlowFile) arguments[0]).getAttribute("lost") != null) {
                fails.run();
            }
            try {
                return method.invoke(session, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (ProcessSession) Proxy.newProxyInstance(
                session.getClass().getClassLoader(), new Class<?>[] {ProcessSession.class}, handler);
    }
}
