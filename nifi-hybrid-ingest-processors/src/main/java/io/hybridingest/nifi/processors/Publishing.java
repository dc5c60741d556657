package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.KafkaFault;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublisherPool;
import io.hybridingest.kafka.TopicGate;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What PublishKafkaStream holds while it runs: made when it starts, closed when it stops, shared by its tasks.
 *
 * @param plan how records become messages
 * @param pool the producers
 * @param gate whether the topic is there and the job keeps up
 * @param status what was last said about the cluster
 */
record Publishing(PublishPlan plan, PublisherPool pool, TopicGate gate, Status status) implements AutoCloseable {
    @Override
    public void close() {
        try {
            pool.close();
        } finally {
            gate.close();
        }
    }

    /** Remembers the last fault, so that an outage is one bulletin and not one per trigger. */
    static final class Status {
        private static final String NONE = "";

        private final AtomicReference<String> fault = new AtomicReference<>(NONE);

        /** Whether this fault is news. */
        boolean begins(KafkaFault newFault) {
            return !fault.getAndSet(newFault.code()).equals(newFault.code());
        }

        /** Whether a fault ended with this success. */
        boolean ends() {
            return !fault.getAndSet(NONE).isEmpty();
        }
    }
}
