package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.KafkaFault;
import io.hybridingest.kafka.LagGate;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublisherPool;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicState;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What PublishKafkaStream holds while it runs: made when it starts, closed when it stops, shared by its tasks.
 *
 * @param plan how records become messages
 * @param pool the producers
 * @param observer the view on the topic
 * @param gate whether the job keeps up
 * @param status what was last said about the cluster
 */
record Publishing(PublishPlan plan, PublisherPool pool, TopicObserver observer, LagGate gate, Status status)
        implements AutoCloseable {

    /** Says whether the topic exists, until it was seen once; the message of a missing one says how to make it. */
    TopicState topic() {
        TopicState state = status.topic.get();
        if (state == null) {
            state = observer.state();
            if (state instanceof TopicState.Present) {
                status.topic.set(state);
            }
        }
        return state;
    }

    @Override
    public void close() {
        try {
            pool.close();
        } finally {
            observer.close();
        }
    }

    /** Remembers the last fault, so that an outage is one bulletin and not one per trigger. */
    static final class Status {
        private static final String NONE = "";

        private final AtomicReference<TopicState> topic = new AtomicReference<>();
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
