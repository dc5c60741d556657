package io.hybridingest.kafka;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
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
    private final Map<Integer, RecordPublisher> busy = new HashMap<>();
    private boolean draining;
    private boolean cutOff;
    private boolean closed;

    public PublisherPool(PublishPlan plan, ProducerFactory producers) {
        this.plan = plan;
        this.producers = producers;
    }

    /**
     * Takes a slot; closing the lease gives it back.
     *
     * @throws org.apache.kafka.common.KafkaException where a new producer cannot be made, or no lease is given any more
     */
    public Lease lease() {
        int slot = takeSlot();
        try {
            return new Lease(slot, publisher(slot));
        } catch (RuntimeException e) {
            free(slot);
            throw e;
        }
    }

    /**
     * Gives no further lease and waits for those that are out; from those that are not back within the limit it takes away
     * what they wait for, so that they come back with nothing sent.
     *
     * @return whether all came back in time
     */
    public boolean drain(Duration limit) {
        synchronized (this) {
            draining = true;
        }
        boolean back = awaitIdle(limit);
        if (!back) {
            cutOff().forEach(RecordPublisher::abandon);
        }
        return back;
    }

    /** Closes the idle publishers now and each leased one when it comes back; together they take ten seconds at most. */
    @Override
    public void close() {
        Map<Integer, RecordPublisher> remaining;
        synchronized (this) {
            draining = true;
            closed = true;
            remaining = Map.copyOf(idle);
            idle.clear();
        }
        Duration share = CLOSE_LIMIT.dividedBy(Math.max(1, remaining.size()));
        remaining.values().forEach(publisher -> publisher.close(share));
    }

    private synchronized int takeSlot() {
        if (draining) {
            throw new StoppedException();
        }
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        return slot;
    }

    private RecordPublisher publisher(int slot) {
        synchronized (this) {
            RecordPublisher kept = idle.remove(slot);
            if (kept != null) {
                busy.put(slot, kept);
                return kept;
            }
        }
        RecordPublisher made = new RecordPublisher(plan, producers.create(ProducerSettings.of(plan.settings(), slot)));
        synchronized (this) {
            if (!cutOff) {
                busy.put(slot, made);
                return made;
            }
        }
        made.abandon();
        throw new StoppedException();
    }

    private synchronized boolean awaitIdle(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!taken.isEmpty()) {
                long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (millis <= 0) {
                    return false;
                }
                wait(millis);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized List<RecordPublisher> cutOff() {
        cutOff = true;
        return List.copyOf(busy.values());
    }

    private void giveBack(Lease lease) {
        boolean kept;
        synchronized (this) {
            busy.remove(lease.slot);
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
        notifyAll();
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
