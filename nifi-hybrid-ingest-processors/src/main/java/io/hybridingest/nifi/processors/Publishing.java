package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.KafkaFault;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublisherPool;
import io.hybridingest.kafka.TopicGate;
import io.hybridingest.launch.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What PublishKafkaStream holds while it runs: made when it starts, closed when it stops, shared by its tasks.
 *
 * @param plan how records become messages
 * @param pool the producers
 * @param gate whether the topic is there and the job keeps up
 * @param limits how much, how often and how long
 * @param status what was last said about the cluster
 */
record Publishing(PublishPlan plan, PublisherPool pool, TopicGate gate, PublishLimits limits, Status status)
        implements AutoCloseable {
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), new Random()::nextDouble);

    @Override
    public void close() {
        try {
            pool.close();
        } finally {
            gate.close();
        }
    }

    /** Remembers the last fault, so that an outage is one bulletin and not one per trigger, and how long to rest after it. */
    static final class Status {
        private static final String NONE = "";

        private final Clock clock;
        private final AtomicReference<String> fault = new AtomicReference<>(NONE);
        private int failures;
        private Instant restsSince = Instant.MAX;
        private Instant restsUntil = Instant.MIN;

        Status(Clock clock) {
            this.clock = clock;
        }

        /** Whether this fault is news. */
        boolean begins(KafkaFault newFault) {
            return !fault.getAndSet(newFault.code()).equals(newFault.code());
        }

        /** Whether a fault ended with this success. */
        synchronized boolean ends() {
            failures = 0;
            return !fault.getAndSet(NONE).isEmpty();
        }

        /** Publishing failed: the next attempt has to wait, longer than for the last one. */
        synchronized void rest() {
            failures++;
            restsSince = clock.instant();
            restsUntil = restsSince.plus(BACKOFF.after(failures));
        }

        /** Whether it is too early for the next attempt. A clock that is set back ends the rest. */
        synchronized boolean rests() {
            Instant now = clock.instant();
            return now.isBefore(restsUntil) && !now.isBefore(restsSince);
        }
    }
}
