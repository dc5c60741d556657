package io.hybridingest.kafka;

import io.hybridingest.kafka.TopicReader.Description;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One topic under watch. One thread refreshes it, any number look at it. A reading counts for thirty seconds, so that a
 * broker that changes its leader does not stop anybody; then nothing is known any more.
 */
final class TopicWatch {
    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration READING_COUNTS_FOR = Duration.ofSeconds(30);
    private static final Duration SETTINGS_COUNT_FOR = Duration.ofMinutes(5);

    private final String topic;
    private final String group;
    private final String bootstrapServers;
    private final Clock clock;
    private final LagHistory history = new LagHistory();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile TopicState state;
    private volatile KafkaException failure;
    private volatile NewTopicSettings creation;
    private boolean everPresent;
    private TopicSettings settings;
    private Instant settingsReadAt = Instant.MIN;

    TopicWatch(String topic, String group, String bootstrapServers, Clock clock) {
        this.topic = topic;
        this.group = group;
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
        this.state = new TopicState.Unknown(new TimeoutException("The cluster has not answered yet"));
    }

    /** Whether the cluster was not asked about it yet. */
    boolean isNew() {
        return asked.getCount() > 0;
    }

    /** @param wanted how to make the topic where it does not exist; null leaves what somebody else allowed */
    void allowCreation(NewTopicSettings wanted) {
        if (wanted != null) {
            creation = wanted;
        }
    }

    /**
     * Asks the cluster.
     *
     * @throws KafkaException where it cannot be asked
     */
    void refresh(TopicReader reader) {
        Optional<Description> description = reader.describe(topic);
        if (description.isEmpty() && creation != null && !everPresent) {
            description = create(reader);
            if (description.isEmpty()) {
                return;
            }
        }
        if (description.isEmpty()) {
            String missing = TopicState.missing(topic, bootstrapServers);
            see(new TopicState.Missing(
                    everPresent && creation != null
                            ? missing
                                    + ". It was deleted while it was in use: start the processor again to have it created"
                            : missing));
            return;
        }
        everPresent = true;
        Instant now = clock.instant();
        readSettings(reader, now);
        JobLag lag = lag(reader, description.get(), now);
        see(new TopicState.Present(
                description.get().partitions(), description.get().mayWrite(), lag, settings, now));
    }

    /** What the topic is like once made; empty where it was not, or where the brokers do not show it yet. */
    private Optional<Description> create(TopicReader reader) {
        try {
            reader.create(topic, creation);
        } catch (TimeoutException e) {
            throw e;
        } catch (KafkaException e) {
            see(
                    new TopicState.Missing(
                            "Topic " + topic + " does not exist at " + bootstrapServers
                                    + " and was not created (" + e.getMessage()
                                    + "): grant CREATE on the topic and choose settings that the cluster can fulfil, or create it yourself"));
            return Optional.empty();
        }
        LOG.info("Created topic {} at {}: {}", topic, bootstrapServers, creation);
        return reader.describe(topic);
    }

    private void readSettings(TopicReader reader, Instant now) {
        if (settingsReadAt.equals(Instant.MIN) || !now.isBefore(settingsReadAt.plus(SETTINGS_COUNT_FOR))) {
            settings = reader.settings(topic).orElse(null);
            settingsReadAt = now;
        }
    }

    private JobLag lag(TopicReader reader, Description description, Instant now) {
        try {
            return history.add(now, reader.positions(topic, group, description.partitions()));
        } catch (TimeoutException e) {
            throw e;
        } catch (KafkaException e) {
            return new JobLag.Unknown(e);
        }
    }

    private void see(TopicState seen) {
        state = seen;
        failure = null;
        asked.countDown();
    }

    /** Says that the cluster could not be asked. */
    void fail(RuntimeException why) {
        failure = why instanceof KafkaException known ? known : new KafkaException(why);
        if (!(state instanceof TopicState.Present)) {
            state = new TopicState.Unknown(failure);
        }
        asked.countDown();
    }

    /** Says that nobody asks the cluster any more. */
    void end(KafkaException why) {
        state = new TopicState.Unknown(why);
        asked.countDown();
    }

    private TopicState latest() {
        TopicState seen = state;
        if (seen instanceof TopicState.Present present
                && present.at().plus(READING_COUNTS_FOR).isBefore(clock.instant())) {
            KafkaException why = failure;
            return new TopicState.Unknown(
                    why == null ? new TimeoutException("The cluster was last asked at " + present.at()) : why);
        }
        return seen;
    }

    /** @param leave called once, when the view is closed */
    TopicObserver view(Runnable leave) {
        return new View(leave);
    }

    /** Somebody's right to look. */
    private final class View implements TopicObserver {
        private final Runnable leave;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private View(Runnable leave) {
            this.leave = leave;
        }

        @Override
        public TopicState latest() {
            return TopicWatch.this.latest();
        }

        @Override
        public TopicState first(Duration patience) {
            try {
                if (!asked.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    return new TopicState.Unknown(
                            new TimeoutException("no answer within " + patience.toSeconds() + " seconds"));
                }
                return latest();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new TopicState.Unknown(new TimeoutException("The wait for an answer was interrupted"));
            }
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                leave.run();
            }
        }
    }
}
