package io.hybridingest.kafka;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The publishers of one processor, one per concurrent task. A task takes the lowest free slot, so that as many
 * transactional ids are in use as tasks ever ran at once, and the same ones after a restart: a new producer then fences
 * what a killed NiFi left behind. Safe for several threads.
 */
public final class PublisherPool implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final PublishPlan plan;
    private final ProducerFactory producers;
    private final BitSet taken = new BitSet();
    private final Map<Integer, RecordPublisher> idle = new HashMap<>();
    private boolean closed;

    public PublisherPool(PublishPlan plan, ProducerFactory producers) {
        this.plan = plan;
        this.producers = producers;
    }

    /**
     * Takes a slot; closing the lease gives it back.
     *
     * @throws org.apache.kafka.common.KafkaException where a new producer cannot be made
     */
    public Lease lease() {
        int slot;
        RecordPublisher publisher;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("The publishers are closed");
            }
            slot = taken.nextClearBit(0);
            taken.set(slot);
            publisher = idle.remove(slot);
        }
        if (publisher != null) {
            return new Lease(slot, publisher);
        }
        try {
            return new Lease(
                    slot, new RecordPublisher(plan, producers.create(ProducerSettings.of(plan.settings(), slot))));
        } catch (RuntimeException e) {
            free(slot);
            throw e;
        }
    }

    /** Closes the idle publishers now and each leased one when it comes back; together they take ten seconds at most. */
    @Override
    public void close() {
        Map<Integer, RecordPublisher> remaining;
        synchronized (this) {
            closed = true;
            remaining = Map.copyOf(idle);
            idle.clear();
        }
        Duration share = CLOSE_LIMIT.dividedBy(Math.max(1, remaining.size()));
        remaining.values().forEach(publisher -> publisher.close(share));
    }

    private void giveBack(Lease lease) {
        boolean kept;
        synchronized (this) {
            kept = !closed && lease.publisher.usable();
            if (kept) {
                idle.put(lease.slot, lease.publisher);
            }
        }
        if (!kept) {
            lease.publisher.close();
        }
        free(lease.slot);
    }

    private synchronized void free(int slot) {
        taken.clear(slot);
    }

    /** One task's right to one publisher. */
    public final class Lease implements AutoCloseable {
        private final int slot;
        private final RecordPublisher publisher;

        private Lease(int slot, RecordPublisher publisher) {
            this.slot = slot;
            this.publisher = publisher;
        }

        /** The publisher, until this lease is closed. */
        public RecordPublisher publisher() {
            return publisher;
        }

        @Override
        public void close() {
            giveBack(this);
        }
    }
}
