package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicWatchesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TopicQuestion READINGS = new TopicQuestion("readings", "job", null);

    private final FakeCluster cluster = new FakeCluster();
    private final SettableClock clock = new SettableClock();
    private final TopicWatches watches = new TopicWatches(cluster::open, "broker:9092", Duration.ofMillis(20), clock);

    @AfterEach
    void endWatching() {
        watches.close();
    }

    @Test
    void manyWhoLookAtOneTopicAskOnce() {
        cluster.topics.put("readings", 3);
        TopicWatches slow = new TopicWatches(cluster::open, "broker:9092", Duration.ofHours(1), clock);
        for (int publisher = 0; publisher < 10; publisher++) {
            assertThat(slow.observe(READINGS).first(PATIENCE)).isInstanceOf(TopicState.Present.class);
        }
        slow.close();

        assertThat(cluster.opened).hasValue(1);
        assertThat(cluster.asked).hasValue(1);
    }

    @Test
    void aViewIsRefreshedInTheBackground() {
        cluster.topics.put("readings", 1);
        cluster.end = 5;
        TopicObserver view = watches.observe(READINGS);
        assertThat(lag(view.first(PATIENCE)).records()).isEqualTo(5);

        cluster.end = 9;

        await().until(() -> lag(view.latest()).records() == 9);
    }

    @Test
    void whoLooksNeverWaitsForTheCluster() throws Exception {
        cluster.silence = new CountDownLatch(1);
        TopicObserver view = watches.observe(READINGS);

        assertThat(view.latest()).isInstanceOf(TopicState.Unknown.class);
        assertThat(view.first(Duration.ofMillis(10)))
                .isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                        .hasMessageContaining("no answer within"));
        cluster.silence.countDown();
    }

    @Test
    void theClientIsOpenAsLongAsAnybodyLooks() {
        cluster.topics.put("readings", 1);
        TopicObserver first = watches.observe(READINGS);
        TopicObserver second = watches.observe(new TopicQuestion("others", "job", null));
        first.first(PATIENCE);
        second.first(PATIENCE);

        first.close();
        first.close();
        assertThat(cluster.closed).hasValue(0);
        second.close();

        await().until(() -> cluster.closed.get() == 1);
        TopicObserver third = watches.observe(READINGS);
        assertThat(third.first(PATIENCE)).isInstanceOf(TopicState.Present.class);
        assertThat(cluster.opened).hasValue(2);
    }

    @Test
    void aClosedServiceSaysSoToThoseWhoStillLook() {
        cluster.topics.put("readings", 1);
        TopicObserver view = watches.observe(READINGS);
        view.first(PATIENCE);

        watches.close();

        await().until(() -> cluster.closed.get() == 1);
        assertThat(view.latest()).isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                .hasMessageContaining("was disabled"));
        assertThatThrownBy(() -> watches.observe(READINGS)).hasMessageContaining("enable it");
    }

    @Test
    void aReadingCountsForThirtySecondsOfSilenceAndThenNothingIsKnown() {
        cluster.topics.put("readings", 1);
        TopicObserver view = watches.observe(READINGS);
        view.first(PATIENCE);

        cluster.failure = new TimeoutException("silence");
        int before = cluster.asked.get();
        await().until(() -> cluster.asked.get() > before + 1);
        clock.now = clock.now.plusSeconds(30);
        assertThat(view.latest()).isInstanceOf(TopicState.Present.class);
        clock.now = clock.now.plusMillis(1);
        assertThat(view.latest()).isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                .hasMessage("silence"));

        cluster.failure = null;
        await().until(() -> view.latest() instanceof TopicState.Present);
    }

    @Test
    void aClientThatCanNotBeMadeIsTriedAgain() {
        cluster.topics.put("readings", 1);
        cluster.refusal = new KafkaException("no token");
        TopicObserver view = watches.observe(READINGS);
        assertThat(view.first(PATIENCE))
                .isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                        .hasMessage("no token"));

        cluster.refusal = null;

        await().until(() -> view.latest() instanceof TopicState.Present);
    }

    @Test
    void aSilentClusterIsAskedOncePerRoundHoweverManyTopicsThereAre() {
        cluster.failure = new TimeoutException("silence");
        TopicWatches slow = new TopicWatches(cluster::open, "broker:9092", Duration.ofHours(1), clock);
        TopicObserver one = slow.observe(READINGS);
        one.first(PATIENCE);
        int asked = cluster.asked.get();

        TopicObserver two = slow.observe(new TopicQuestion("a", "job", null));

        assertThat(two.first(PATIENCE)).isInstanceOf(TopicState.Unknown.class);
        assertThat(cluster.asked.get()).isEqualTo(asked + 1);
        slow.close();
    }

    @Test
    void aClusterThatLetNobodyInIsAskedAgain() {
        cluster.topics.put("readings", 1);
        cluster.failure = new SaslAuthenticationException("wrong password");
        TopicObserver view = watches.observe(READINGS);
        await().until(() -> cluster.asked.get() >= 3);
        assertThat(view.latest()).isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                .hasMessage("wrong password"));

        cluster.failure = null;

        await().until(() -> view.latest() instanceof TopicState.Present);
    }

    @Test
    void aTopicThatMayNotBeReadDoesNotHideTheOthers() {
        cluster.topics.put("readings", 1);
        cluster.forbidden = "secret";
        TopicObserver secret = watches.observe(new TopicQuestion("secret", "job", null));
        TopicObserver readings = watches.observe(READINGS);

        assertThat(secret.first(PATIENCE))
                .isInstanceOfSatisfying(TopicState.Unknown.class, unknown -> assertThat(unknown.why())
                        .isInstanceOf(TopicAuthorizationException.class));
        assertThat(readings.first(PATIENCE)).isInstanceOf(TopicState.Present.class);
    }

    @Test
    void offsetsThatMayNotBeReadAreToldApartFromATopicThatMayNotBeRead() {
        cluster.topics.put("readings", 1);
        cluster.positionsFailure = new GroupAuthorizationException("job");

        assertThat(watches.observe(READINGS).first(PATIENCE))
                .isInstanceOfSatisfying(TopicState.Present.class, present -> assertThat(present.lag())
                        .isInstanceOf(JobLag.Unknown.class));
    }

    @Test
    void aMissingTopicIsMadeOnlyWhereThatIsWanted() {
        TopicObserver view = watches.observe(READINGS);
        assertThat(view.first(PATIENCE))
                .isInstanceOfSatisfying(TopicState.Missing.class, missing -> assertThat(missing.message())
                        .contains("--create --topic readings", "let Create Topic do it"));
        assertThat(cluster.topics).isEmpty();

        NewTopicSettings wanted = new NewTopicSettings(7, (short) 1, null, null);
        TopicObserver creating = watches.observe(new TopicQuestion("readings", "job", wanted));

        await().until(() -> creating.latest() instanceof TopicState.Present present && present.partitions() == 7);
    }

    @Test
    void aTopicThatIsDeletedWhileItIsInUseIsNotMadeAgain() {
        NewTopicSettings wanted = new NewTopicSettings(7, (short) 1, null, null);
        TopicObserver view = watches.observe(new TopicQuestion("readings", "job", wanted));
        assertThat(view.first(PATIENCE)).isInstanceOf(TopicState.Present.class);

        cluster.topics.clear();

        await().until(() -> view.latest() instanceof TopicState.Missing missing
                && missing.message().contains("start the processor again"));
        assertThat(cluster.topics).isEmpty();
    }

    @Test
    void aTopicThatTheClusterRefusesToMakeSaysWhy() {
        cluster.creationFailure = new KafkaException("Replication factor: 3 larger than available brokers: 1.");
        TopicObserver view =
                watches.observe(new TopicQuestion("readings", "job", new NewTopicSettings(6, (short) 3, null, null)));

        assertThat(view.first(PATIENCE))
                .isInstanceOfSatisfying(TopicState.Missing.class, missing -> assertThat(missing.message())
                        .contains("was not created (Replication factor: 3 larger"));
    }

    private static JobLag.Known lag(TopicState state) {
        assertThat(state).isInstanceOf(TopicState.Present.class);
        return (JobLag.Known) ((TopicState.Present) state).lag();
    }

    /** A cluster that a test rules; the background thread asks it. */
    private static final class FakeCluster {
        private final Map<String, Integer> topics = new ConcurrentHashMap<>();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile long end;
        private volatile String forbidden;
        private volatile CountDownLatch silence;
        private volatile KafkaException failure;
        private volatile KafkaException positionsFailure;
        private volatile KafkaException creationFailure;
        private volatile KafkaException refusal;

        TopicReader open() {
            if (refusal != null) {
                throw refusal;
            }
            opened.incrementAndGet();
            return new FakeReader();
        }

        private final class FakeReader implements TopicReader {
            @Override
            public Optional<Description> describe(String topic) {
                asked.incrementAndGet();
                if (silence != null) {
                    try {
                        silence.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                if (failure != null) {
                    throw failure;
                }
                if (topic.equals(forbidden)) {
                    throw new TopicAuthorizationException(topic);
                }
                return Optional.ofNullable(topics.get(topic)).map(partitions -> new Description(partitions, true));
            }

            @Override
            public Map<Integer, PartitionPosition> positions(String topic, String group, int partitions) {
                if (positionsFailure != null) {
                    throw positionsFailure;
                }
                return Map.of(0, new PartitionPosition(0, end, null));
            }

            @Override
            public Optional<TopicSettings> settings(String topic) {
                return Optional.empty();
            }

            @Override
            public void create(String topic, NewTopicSettings settings) {
                if (creationFailure != null) {
                    throw creationFailure;
                }
                topics.put(topic, settings.partitions());
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
    }

    /** A clock that a test sets. */
    private static final class SettableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
