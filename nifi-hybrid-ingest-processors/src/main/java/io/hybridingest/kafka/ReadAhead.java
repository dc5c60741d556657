package io.hybridingest.kafka;

import io.hybridingest.kafka.PublishUnit.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Lets a thread of its own read the sources of a unit and encode their records, a few thousand, or two MiB, ahead
 * of the thread that sends them: it takes as long as sending does, and so both are at work, however small the sources
 * are. The unit's sources and the slicer are touched by that thread alone until {@link #close} has seen its end. For one
 * thread.
 */
final class ReadAhead implements AutoCloseable {
    private static final int CHUNK_RECORDS = 256;

    /** Large records make smaller chunks, so that little of the content is in memory however large they are. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private static final int CHUNKS = 8;
    private static final long GLANCE_MILLIS = 10;

    private final PublishUnit unit;
    private final PublishPlan plan;
    private final Slicer slicer;
    private final BlockingQueue<Chunk> ready = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread reader;
    private volatile boolean closed;
    private Chunk filling = new Chunk();
    private Chunk current = new Chunk();
    private int position;
    private volatile int source;

    /** @param unit its sources are read from the first one on, and asked for further ones */
    ReadAhead(PublishUnit unit, PublishPlan plan, Slicer slicer) {
        this.unit = unit;
        this.plan = plan;
        this.slicer = slicer;
        this.reader = new Thread(this::read, Thread.currentThread().getName() + " reading ahead");
        reader.setDaemon(true);
        reader.start();
    }

    /** Reading a source failed, for a reason that its content does not give. */
    static final class LostContentException extends RuntimeException {
        private final int source;

        LostContentException(int source, Exception cause) {
            super(cause);
            this.source = source;
        }

        /** Index of the source. */
        int source() {
            return source;
        }
    }

    /** What comes next in the sources. */
    sealed interface Step permits Sendable, Unserialisable, Unreadable {
        /** Index of the source. */
        int source();
    }

    /**
     * A record that can be sent.
     *
     * @param headers those of all messages of the source
     */
    record Sendable(int source, EncodedRecord record, MessageHeaders headers) implements Step {}

    /** A record that cannot be written as a message. */
    record Unserialisable(int source, long index, RuntimeException failure) implements Step {}

    /**
     * A source breaks off here.
     *
     * @param spoils whether the transaction may hold records of it and has to begin again; then nothing is read behind it
     */
    record Unreadable(int source, boolean spoils) implements Step {}

    /** Some steps in a row; filled by one thread, then emptied by the other. */
    private static final class Chunk {
        private final List<Step> steps = new ArrayList<>(CHUNK_RECORDS);
        private long bytes;
        /** Why there are none behind them; null where nothing failed. */
        private Throwable failure;
        /** Whether the sources end with them. */
        private boolean last;

        private boolean full() {
            return steps.size() >= CHUNK_RECORDS || bytes >= CHUNK_BYTES;
        }
    }

    /**
     * The next step; null after the last one.
     *
     * @throws LostContentException where a source cannot be read, for a reason that its content does not give
     */
    Step next() {
        while (position == current.steps.size()) {
            if (current.failure != null) {
                throw rethrown(current.failure);
            }
            if (current.last) {
                return null;
            }
            current = take();
            position = 0;
        }
        return current.steps.get(position++);
    }

    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (reader.isAlive()) {
            // Whoever waits for room must find some, to see that it is over.
            ready.clear();
            try {
                reader.join(GLANCE_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            Optional<Member> next = unit.member(0);
            boolean more = true;
            while (more && next.isPresent() && !closed) {
                Member member = next.get();
                more = !member.readable() || read(member);
                next = more ? unit.member(member.index() + 1) : Optional.empty();
            }
        } catch (RuntimeException | Error e) {
            filling.failure = e;
        }
        filling.last = true;
        put();
    }

    /** False where nothing may be read behind the member. */
    private boolean read(Member member) {
        source = member.index();
        long count = 0;
        try (PreparedRecords records = plan.content().open(member.source(), slicer)) {
            MessageHeaders headers = plan.encoder().headers(member.source().attributes());
            for (PreparedRecord record = records.next(); record != null && !closed; record = records.next()) {
                count++;
                filling.bytes += record.length();
                add(step(member.index(), record, headers));
            }
            unit.read(member, count);
            return true;
        } catch (UnreadableContentException e) {
            unit.unreadable(member, e.getMessage());
            boolean spoils = plan.settings().delivery() == Delivery.TRANSACTIONAL && count > 0;
            add(new Unreadable(member.index(), spoils));
            return !spoils;
        } catch (IOException | RuntimeException e) {
            throw new LostContentException(member.index(), e);
        }
    }

    private Step step(int source, PreparedRecord record, MessageHeaders headers) {
        try {
            return new Sendable(source, plan.encoder().encode(record), headers);
        } catch (RuntimeException e) {
            return new Unserialisable(source, record.index(), e);
        }
    }

    private void add(Step step) {
        filling.steps.add(step);
        if (filling.full()) {
            put();
            filling = new Chunk();
        }
    }

    private void put() {
        try {
            while (!closed && !ready.offer(filling, GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
                // Nobody has asked for more yet.
            }
        } catch (InterruptedException e) {
            // Nobody but this class knows the thread, and it does not interrupt it.
            throw new IllegalStateException("The reading thread was interrupted", e);
        }
    }

    /** Does not wait for a thread that is gone. */
    private Chunk take() {
        try {
            while (reader.isAlive()) {
                Chunk chunk = ready.poll(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
                if (chunk != null) {
                    return chunk;
                }
            }
            Chunk last = ready.poll();
            if (last == null) {
                throw new LostContentException(
                        source, new IllegalStateException("The thread that reads ahead ended before the content did"));
            }
            return last;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** In the thread that sends; the trace remains the one of the thread that reads. */
    private static RuntimeException rethrown(Throwable failure) {
        return switch (failure) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException(failure);
        };
    }
}
