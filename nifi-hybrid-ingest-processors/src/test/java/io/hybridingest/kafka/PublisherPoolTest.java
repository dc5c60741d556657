package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublisherPool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherPoolTest {
    private final List<Map<String, Object>> made = new ArrayList<>();
    private final List<FakeProducer> producers = new ArrayList<>();
    private final ProducerFactory factory = configuration -> {
        made.add(configuration);
        producers.add(new FakeProducer());
        return producers.getLast();
    };
    private final PublisherPool pool = new PublisherPool(PublishFixture.plan(Delivery.TRANSACTIONAL), factory);

    @Test
    void asManyStableTransactionalIdsAsTasksAtOnce() {
        try (Lease first = pool.lease()) {
            try (Lease second = pool.lease()) {
                assertThat(second.publisher()).isNotSameAs(first.publisher());
            }
            try (Lease again = pool.lease()) {
                assertThat(again.publisher().usable()).isTrue();
            }
        }
        assertThat(made)
                .extracting(configuration -> configuration.get("transactional.id"))
                .containsExactly("prefix-node-1-0", "prefix-node-1-1");
    }

    @Test
    void aSpentPublisherIsReplacedUnderTheSameTransactionalId() throws Exception {
        try (Lease lease = pool.lease()) {
            producers.getFirst().initTransactionException = new TimeoutException("no coordinator");
            lease.publisher().publish(PublishFixture.sources(PublishFixture.source(0, 1)));
        }
        try (Lease lease = pool.lease()) {
            assertThat(lease.publisher().publish(PublishFixture.sources(PublishFixture.source(0, 1))))
                    .isInstanceOf(PublishOutcome.Published.class);
        }

        assertThat(producers.getFirst().closed()).isTrue();
        assertThat(made)
                .extracting(configuration -> configuration.get("transactional.id"))
                .containsExactly("prefix-node-1-0", "prefix-node-1-0");
    }

    @Test
    void closingClosesIdlePublishersNowAndLeasedOnesLater() throws Exception {
        Lease idle = pool.lease();
        Lease busy = pool.lease();
        idle.publisher().publish(PublishFixture.sources());
        busy.publisher().publish(PublishFixture.sources());
        idle.close();

        pool.close();
        assertThat(producers).extracting(FakeProducer::closed).containsExactly(true, false);

        busy.close();
        assertThat(producers).extracting(FakeProducer::closed).containsExactly(true, true);
        assertThatThrownBy(pool::lease).isInstanceOf(KafkaException.class).hasMessageContaining("stopped");
    }

    @Test
    void drainingWaitsForWhatIsOutAndGivesNothingMore() throws Exception {
        Lease busy = pool.lease();
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> pool.drain(Duration.ofMinutes(1)));
        await().untilAsserted(() -> assertThatThrownBy(pool::lease).hasMessageContaining("stopped"));
        assertThat(drained).isNotDone();

        busy.close();

        assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(producers.getFirst().closed())
                .as("closed only when the pool is")
                .isFalse();
    }

    @Test
    void whatIsNotBackInTimeIsCutOff() throws Exception {
        Lease busy = pool.lease();

        assertThat(pool.drain(Duration.ofMillis(1))).isFalse();

        assertThat(producers.getFirst().closed()).isTrue();
        assertThat(busy.publisher().usable()).isFalse();
        PublishOutcome outcome = busy.publisher().publish(PublishFixture.sources(PublishFixture.source(0, 1)));
        assertThat(outcome).isInstanceOfSatisfying(NotPublished.class, notPublished -> assertThat(
                        notPublished.fault().stopped())
                .isTrue());
    }

    @Test
    void theClusterMayTuneButNotWeakenTheProducer() {
        Map<String, String> properties = Map.of(
                "linger.ms",
                "50",
                "acks",
                "1",
                "enable.idempotence",
                "false",
                "fetch.min.bytes",
                "1",
                "ssl.endpoint.identification.algorithm",
                "");

        Map<String, Object> configuration =
                ProducerSettings.of(PublishFixture.settings(Delivery.IDEMPOTENT, Partitioning.IDENTITY, properties), 0);

        assertThat(configuration)
                .containsEntry("linger.ms", "50")
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("compression.type", "lz4")
                .containsEntry("batch.size", "262144")
                .containsEntry("ssl.endpoint.identification.algorithm", "")
                .doesNotContainKeys("transactional.id", "fetch.min.bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "request.timeout.ms, 45000, 45020",
        "linger.ms, 60000, 70000",
        "linger.ms, 5, 30000",
        "delivery.timeout.ms, 12345, 12345"
    })
    void theDeliveryTimeoutFollowsWhatItMustNotBeShorterThan(String property, String value, String timeout) {
        PublishSettings settings =
                PublishFixture.settings(Delivery.TRANSACTIONAL, Partitioning.IDENTITY, Map.of(property, value));

        Map<String, Object> configuration = ProducerSettings.of(settings, 0);

        assertThat(configuration).containsEntry("delivery.timeout.ms", timeout);
        start(configuration);
    }

    /** What is refused here, Kafka refuses; what is not, it takes. */
    @ParameterizedTest
    @CsvSource({
        "delivery.timeout.ms, 10019, 'has to be at least 10020'",
        "max.in.flight.requests.per.connection, 6, must not be more than 5",
        "retries, 0, must not be 0",
        "delivery.timeout.ms, 10020, ",
        "max.in.flight.requests.per.connection, 5, ",
        "retries, 1, "
    })
    void whatTheProducersCouldNotStartWithIsKnownBefore(String property, String value, String conflict) {
        Map<String, String> properties = Map.of(property, value);
        Map<String, Object> configuration =
                ProducerSettings.of(PublishFixture.settings(Delivery.IDEMPOTENT, Partitioning.IDENTITY, properties), 0);
        if (conflict == null) {
            assertThat(ProducerSettings.conflict(properties)).isEmpty();
            start(configuration);
        } else {
            assertThat(ProducerSettings.conflict(properties))
                    .hasValueSatisfying(why -> assertThat(why).contains(conflict));
            assertThatThrownBy(() -> start(configuration))
                    .hasStackTraceContaining(ConfigException.class.getName())
                    .hasStackTraceContaining(property);
        }
    }

    /** The client starts, and is closed before it has reached anybody. */
    private static void start(Map<String, Object> configuration) {
        configuration.put("bootstrap.servers", "127.0.0.1:9");
        ProducerFactory.KAFKA.create(configuration).close(Duration.ZERO);
    }
}
