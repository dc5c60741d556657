package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordPublisherTest {
    private final FakeProducer producer = new FakeProducer();

    @Test
    void severalSourcesShareOneTransaction() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        PublishOutcome outcome = publisher.publish(List.of(PublishFixture.source(0, 30), PublishFixture.source(30, 5)));

        assertThat(outcome).isEqualTo(new Published(List.of(new Receipt(30, List.of()), new Receipt(5, List.of()))));
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 35));
        assertThat(publisher.usable()).isTrue();
    }

    @Test
    void onePublisherCommitsOneTransactionAfterTheOther() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        publisher.publish(List.of(PublishFixture.source(0, 3)));
        publisher.publish(List.of(PublishFixture.source(3, 3)));

        assertThat(producer.commitCount()).isEqualTo(2);
    }

    @Test
    void idempotentDeliveryUsesNoTransactions() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.IDEMPOTENT), producer);

        publisher.publish(List.of(PublishFixture.source(0, 3)));

        assertThat(producer.transactionInitialized()).isFalse();
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 3));
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void aRecordLargerThanTheProducerTakesIsLeftOutBeforeItIsSent(Delivery delivery) throws Exception {
        byte[] container = Payments.container(
                List.of(Payments.record(0), Payments.record(1, "x".repeat(5000)), Payments.record(2)));
        PublishSettings settings =
                PublishFixture.settings(delivery, Partitioning.IDENTITY, Map.of("max.request.size", "4000"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Payments.pipeline(), settings), producer);

        Published published = (Published) publisher.publish(List.of(() -> new ByteArrayInputStream(container)));

        Receipt receipt = published.receipts().getFirst();
        assertThat(receipt.acknowledged()).isEqualTo(2);
        assertThat(receipt.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.index()).isEqualTo(1);
            assertThat(rejected.reason().code()).isEqualTo("too-large");
            assertThat(rejected.reason().message()).contains("max.request.size of 4000", "make the record smaller");
        });
        assertThat(PublishFixture.ids(producer.history())).containsExactly(Payments.id(0), Payments.id(2));
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void recordsThatTheBrokerRefusesAreLeftOutOfAnotherAttempt(Delivery delivery) throws Exception {
        producer.refuse(2, new RecordTooLargeException("larger than the topic takes"))
                .refuse(11, new InvalidRecordException("no key"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(delivery), producer);

        Published published =
                (Published) publisher.publish(List.of(PublishFixture.source(0, 10), PublishFixture.source(10, 10)));

        assertThat(published.receipts()).extracting(Receipt::acknowledged).containsExactly(9L, 9L);
        assertThat(published.receipts().get(0).rejected())
                .extracting(
                        rejected -> rejected.index() + " " + rejected.reason().code())
                .containsExactly("2 too-large");
        assertThat(published.receipts().get(1).rejected())
                .extracting(
                        rejected -> rejected.index() + " " + rejected.reason().code())
                .containsExactly("1 invalid-record");
        assertThat(PublishFixture.ids(producer.history()))
                .containsAll(PublishFixture.ids(12, 8))
                .doesNotContain(Payments.id(2), Payments.id(11));
        if (delivery == Delivery.TRANSACTIONAL) {
            assertThat(producer.commitCount()).isEqualTo(1);
            assertThat(PublishFixture.ids(producer.history())).hasSize(18);
        }
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void aFaultOfTheClusterLeavesNothingSentAndThePublisherSpent(Delivery delivery) throws Exception {
        producer.refuse(3, new TimeoutException("Expiring 1 record(s): 30000 ms has passed"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(delivery), producer);

        PublishOutcome outcome = publisher.publish(List.of(PublishFixture.source(0, 10)));

        assertThat(outcome).isInstanceOfSatisfying(NotPublished.class, notPublished -> {
            assertThat(notPublished.fault().code()).isEqualTo("timeout");
            assertThat(notPublished.fault().message()).contains("broker:9092", "check that the brokers run");
        });
        assertThat(producer.commitCount()).isZero();
        assertThat(publisher.usable()).isFalse();
        assertThatThrownBy(() -> publisher.publish(List.of())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnknownCommitCountsAsNotSent() throws Exception {
        producer.commitTransactionException = new TimeoutException("commit took too long");
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        assertThat(publisher.publish(List.of(PublishFixture.source(0, 1)))).isInstanceOf(NotPublished.class);
        assertThat(publisher.usable()).isFalse();
    }

    @Test
    void aMissingAcknowledgementIsNoSuccess() throws Exception {
        FakeProducer silent = new FakeProducer() {
            @Override
            public synchronized java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata> send(
                    org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]> message,
                    org.apache.kafka.clients.producer.Callback callback) {
                return super.send(message, (metadata, exception) -> {});
            }
        };
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), silent);

        assertThat(publisher.publish(List.of(PublishFixture.source(0, 2))))
                .isInstanceOfSatisfying(
                        NotPublished.class,
                        outcome -> assertThat(outcome.fault().message()).contains("0 of 2 records acknowledged"));
        assertThat(silent.commitCount()).isZero();
    }

    @Test
    void faultsSayWhatToDo() {
        assertFault(new ProducerFencedException("newer"), "fenced", "give each its own Transactional Id Prefix");
        assertFault(
                new TopicAuthorizationException("payments-topic"),
                "authorization",
                "grant WRITE and DESCRIBE on topic");
        assertFault(
                new KafkaException("wrapped", new TimeoutException("slow")),
                "timeout",
                "did not answer in time (slow)");
    }

    private void assertFault(RuntimeException reported, String code, String remedy) {
        KafkaFault fault = PublishFixture.plan(Delivery.TRANSACTIONAL).fault(reported);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).contains(remedy);
    }
}
