package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.kafka.PublishOutcome.Unexplained;
import io.hybridingest.kafka.PublishOutcome.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.security.auth.login.LoginException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordPublisherTest {
    private final FakeProducer producer = new FakeProducer();

    @Test
    void severalSourcesShareOneTransaction() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        PublishOutcome outcome =
                publisher.publish(PublishFixture.sources(PublishFixture.source(0, 30), PublishFixture.source(30, 5)));

        assertThat(((Published) outcome).fates())
                .containsExactly(new Receipt(30, List.of()), new Receipt(5, List.of()));
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 35));
        assertThat(publisher.usable()).isTrue();
    }

    @Test
    void onePublisherCommitsOneTransactionAfterTheOther() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        publisher.publish(PublishFixture.sources(PublishFixture.source(0, 3)));
        publisher.publish(PublishFixture.sources(PublishFixture.source(3, 3)));

        assertThat(producer.commitCount()).isEqualTo(2);
    }

    @Test
    void idempotentDeliveryUsesNoTransactions() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.IDEMPOTENT), producer);

        publisher.publish(PublishFixture.sources(PublishFixture.source(0, 3)));

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

        Published published = (Published) publisher.publish(PublishFixture.sources(PublishFixture.source(container)));

        Receipt receipt = receipts(published).getFirst();
        assertThat(receipt.acknowledged()).isEqualTo(2);
        assertThat(receipt.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.index()).isEqualTo(1);
            assertThat(rejected.reason().code()).isEqualTo("too-large");
            assertThat(rejected.reason().message()).contains("more than the 4000 that", "make the record smaller");
        });
        assertThat(PublishFixture.ids(producer.history())).containsExactly(Payments.id(0), Payments.id(2));
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void recordsThatTheBrokerRefusesAreLeftOutOfAnotherAttempt(Delivery delivery) throws Exception {
        producer.refuse(2, new RecordTooLargeException("larger than the topic takes"))
                .refuse(11, new InvalidRecordException("no key"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(delivery), producer);

        Published published = (Published)
                publisher.publish(PublishFixture.sources(PublishFixture.source(0, 10), PublishFixture.source(10, 10)));

        assertThat(receipts(published)).extracting(Receipt::acknowledged).containsExactly(9L, 9L);
        assertThat(receipts(published).get(0).rejected())
                .extracting(
                        rejected -> rejected.index() + " " + rejected.reason().code())
                .containsExactly("2 too-large");
        assertThat(receipts(published).get(1).rejected())
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

        PublishOutcome outcome = publisher.publish(PublishFixture.sources(PublishFixture.source(0, 10)));

        assertThat(outcome).isInstanceOfSatisfying(NotPublished.class, notPublished -> {
            assertThat(notPublished.fault().code()).isEqualTo("timeout");
            assertThat(notPublished.fault().message()).contains("broker:9092", "check that the brokers run");
        });
        assertThat(producer.commitCount()).isZero();
        assertThat(publisher.usable()).isFalse();
        assertThatThrownBy(() -> publisher.publish(PublishFixture.sources())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnknownCommitCountsAsNotSent() throws Exception {
        producer.commitTransactionException = new TimeoutException("commit took too long");
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        assertThat(publisher.publish(PublishFixture.sources(PublishFixture.source(0, 1))))
                .isInstanceOf(NotPublished.class);
        assertThat(publisher.usable()).isFalse();
    }

    /** Kafka says that somebody else took over, or that the epoch is old, when it has given the transaction up itself. */
    @Test
    void aTransactionThatLastedLongerThanItMayIsTheFlowFilesFault() throws Exception {
        Map<String, String> brief = Map.of("transaction.timeout.ms", "1");
        PublishPlan plan = PublishFixture.plan(
                Payments.pipeline(), PublishFixture.settings(Delivery.TRANSACTIONAL, Partitioning.IDENTITY, brief));
        for (RuntimeException taken :
                List.of(new ProducerFencedException("taken"), new InvalidProducerEpochException("old"))) {
            FakeProducer slow = new FakeProducer() {
                @Override
                public synchronized void flush() {
                    LockSupport.parkNanos(2_000_000);
                    super.flush();
                }
            };
            slow.commitTransactionException = taken;

            PublishOutcome outcome =
                    new RecordPublisher(plan, slow).publish(PublishFixture.sources(PublishFixture.source(0, 1)));

            assertThat(outcome).isInstanceOfSatisfying(Unexplained.class, unexplained -> assertThat(
                            unexplained.fault().message())
                    .contains("transaction.timeout.ms (1 ms", "split large FlowFiles", "Idempotent"));
        }
    }

    @Test
    void aMissingAcknowledgementIsNoSuccess() throws Exception {
        FakeProducer silent = new FakeProducer() {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message, Callback callback) {
                return super.send(message, (metadata, exception) -> {});
            }
        };
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), silent);

        assertThat(publisher.publish(PublishFixture.sources(PublishFixture.source(0, 2))))
                .isInstanceOfSatisfying(
                        Unexplained.class,
                        outcome -> assertThat(outcome.fault().message()).contains("0 of 2 records acknowledged"));
        assertThat(silent.commitCount()).isZero();
    }

    @Test
    void aSourceThatBreaksOffIsTakenOutOfTheTransactionAgain() throws Exception {
        byte[] whole = Payments.container(10, 30);
        RecordSource damaged = PublishFixture.source(Arrays.copyOf(whole, whole.length - 5));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        Published published = (Published) publisher.publish(
                PublishFixture.sources(PublishFixture.source(0, 10), damaged, PublishFixture.source(40, 10)));

        assertThat(published.fates().get(0)).isEqualTo(new Receipt(10, List.of()));
        assertThat(published.fates().get(1))
                .isInstanceOfSatisfying(Unreadable.class, unreadable -> assertThat(unreadable.why())
                        .contains("damaged at record", "send the original records through PreprocessRecord again"));
        assertThat(published.fates())
                .as("nothing joins a transaction that has to begin again")
                .hasSize(2);
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 10));
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.transactionAborted()).isFalse();
    }

    @Test
    void aSourceThatIsUnreadableFromItsFirstByteCostsNoFurtherTransaction() throws Exception {
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        Published published = (Published) publisher.publish(PublishFixture.sources(
                PublishFixture.source(0, 10),
                PublishFixture.source("no container".getBytes(StandardCharsets.UTF_8)),
                PublishFixture.source(10, 10)));

        assertThat(published.fates())
                .hasSize(3)
                .element(1)
                .isInstanceOfSatisfying(Unreadable.class, unreadable -> assertThat(unreadable.why())
                        .contains("no Avro container"));
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 20));
    }

    @Test
    void withoutTransactionsNothingOfADamagedBlockIsSent() throws Exception {
        byte[] container = Payments.container(
                Payments.pipeline().wireSchema(),
                IntStream.range(0, 3).mapToObj(Payments::record).toList(),
                CodecFactory.nullCodec());
        int id = new String(container, StandardCharsets.ISO_8859_1).lastIndexOf(Payments.id(2));
        container[id - 1] = 0;
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.IDEMPOTENT), producer);

        Published published = (Published) publisher.publish(
                PublishFixture.sources(PublishFixture.source(container), PublishFixture.source(3, 2)));

        assertThat(published.fates().get(0)).isInstanceOf(Unreadable.class);
        assertThat(published.fates().get(1)).isEqualTo(new Receipt(2, List.of()));
        assertThat(PublishFixture.ids(producer.history())).endsWith(Payments.id(3), Payments.id(4));
        assertThat(PublishFixture.ids(producer.history())).doesNotContain(Payments.id(2));
    }

    @Test
    void contentThatCannotBeAccessedIsNotTakenForUnreadable() {
        RecordSource lost = new RecordSource(
                () -> new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the disk is gone");
                    }
                },
                Map.of(),
                100);
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        PublishOutcome outcome = publisher.publish(PublishFixture.sources(PublishFixture.source(0, 3), lost));

        assertThat(outcome).isInstanceOfSatisfying(Unexplained.class, unexplained -> {
            assertThat(unexplained.source()).hasValue(1);
            assertThat(unexplained.fault().message()).contains("the disk is gone", "check the content repository");
        });
        assertThat(producer.commitCount()).isZero();
        assertThat(publisher.usable()).isFalse();
    }

    @Test
    void aFailureThatNobodyKnowsNamesTheSourceThatMetItFirst() throws Exception {
        producer.refuse(12, new UnknownServerException("what is this?"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        PublishOutcome outcome = publisher.publish(PublishFixture.sources(
                PublishFixture.source(0, 10), PublishFixture.source(10, 10), PublishFixture.source(20, 10)));

        assertThat(outcome).isInstanceOfSatisfying(Unexplained.class, unexplained -> {
            assertThat(unexplained.source()).hasValue(1);
            assertThat(unexplained.fault().message()).contains("UnknownServerException: what is this?");
        });
        assertThat(publisher.usable()).isFalse();
    }

    @Test
    void anExceptionOfTheClientItselfNamesItsSource() throws Exception {
        FakeProducer broken = new FakeProducer() {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> message, Callback callback) {
                if (PublishFixture.ids(List.of(message)).getFirst().equals(Payments.id(7))) {
                    throw new IllegalArgumentException("a partitioner's own defect");
                }
                return super.send(message, callback);
            }
        };
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), broken);

        PublishOutcome outcome =
                publisher.publish(PublishFixture.sources(PublishFixture.source(0, 5), PublishFixture.source(5, 5)));

        assertThat(outcome).isInstanceOfSatisfying(Unexplained.class, unexplained -> assertThat(unexplained.source())
                .hasValue(1));
    }

    @Test
    void anAbortableFaultKeepsTheProducer() throws Exception {
        producer.refuse(3, new TransactionAbortableException("the coordinator moved"));
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer);

        PublishOutcome outcome = publisher.publish(PublishFixture.sources(PublishFixture.source(0, 10)));
        assertThat(outcome).isInstanceOfSatisfying(NotPublished.class, notPublished -> assertThat(
                        notPublished.fault().code())
                .isEqualTo("transaction-lost"));
        assertThat(producer.transactionAborted()).isTrue();
        assertThat(publisher.usable()).isTrue();

        assertThat(publisher.publish(PublishFixture.sources(PublishFixture.source(4, 2))))
                .isInstanceOf(Published.class);
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(4, 2));
    }

    @Test
    void aTopicThatMayNotBeSeenAnyMoreIsAFaultBeforeAnyTransaction() throws Exception {
        FakeProducer denied = new FakeProducer() {
            @Override
            public synchronized List<PartitionInfo> partitionsFor(String topic) {
                throw new TopicAuthorizationException(topic);
            }
        };
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), denied);

        assertThat(publisher.publish(PublishFixture.sources(PublishFixture.source(0, 1))))
                .isInstanceOfSatisfying(
                        NotPublished.class,
                        notPublished -> assertThat(notPublished.fault().code()).isEqualTo("authorization"));
    }

    @Test
    void theHottestPartitionIsSeen() throws Exception {
        PublishSettings settings = PublishFixture.settings(Delivery.TRANSACTIONAL, Partitioning.RECORD_PATH, Map.of());
        RecordPublisher publisher = new RecordPublisher(PublishFixture.plan(Payments.pipeline(), settings), producer);
        List<GenericRecord> hot = IntStream.range(0, 90)
                .map(number -> number < 80 ? 5 * number : number)
                .filter(number -> number % 5 != 4)
                .mapToObj(Payments::record)
                .toList();

        Published published =
                (Published) publisher.publish(PublishFixture.sources(PublishFixture.source(Payments.container(hot))));

        assertThat(published.skew().total()).isEqualTo(hot.size());
        assertThat(published.skew().records()).isBetween(80L, (long) hot.size());
        assertThat(published.skew().share()).isGreaterThan(0.8).isLessThanOrEqualTo(1.0);
    }

    @Test
    void faultsSayWhatToDo() {
        assertFault(new ProducerFencedException("newer"), "fenced", "give each its own Transactional Id Prefix");
        assertFault(
                new TopicAuthorizationException("payments-topic"),
                "authorization",
                "grant WRITE and DESCRIBE on topic");
        assertFault(new NotEnoughReplicasException("1 of 2"), "unavailable", "enough in-sync replicas");
        assertFault(new InvalidProducerEpochException("old"), "transaction-lost", "raise transaction.timeout.ms");
        assertFault(
                new InvalidTxnTimeoutException("larger than the broker's maximum"),
                "configuration",
                "correct the topic's settings or the dynamic properties of the Kafka Cluster Service");
        assertFault(new SaslAuthenticationException("wrong"), "authentication", "check SASL Mechanism, SASL Username");
        assertFault(
                new UnsupportedSaslMechanismException("not enabled"),
                "authentication",
                "choose one that they offer as SASL Mechanism");
        assertFault(
                new KafkaException("no producer", new KafkaException(new LoginException("no token"))),
                "authentication",
                "There are no credentials to show to the brokers (no token)");
        assertFault(
                new KafkaException("no producer", new KafkaException(new NoSuchFileException("/key.p12"))),
                "authentication",
                "NoSuchFileException: /key.p12): check that the files of the SSL Context Service exist");
        assertFault(new PolicyViolationException("no"), "unexplained", "look at the log of the brokers");
        assertFault(
                new KafkaException("wrapped", new TimeoutException("slow")),
                "timeout",
                "did not answer in time (slow)");
    }

    private static List<Receipt> receipts(Published published) {
        return published.fates().stream().map(Receipt.class::cast).toList();
    }

    private void assertFault(RuntimeException reported, String code, String remedy) {
        KafkaFault fault = PublishFixture.plan(Delivery.TRANSACTIONAL).fault(reported);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).contains(remedy);
    }
}
