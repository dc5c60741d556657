package io.hybridingest.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Lets a thread of its own read, a few thousand records, or two MiB, ahead of the thread that sends them: parsing takes longer than all
 * the rest, and so both are at work. The content is touched by that thread alone until {@link #close} has seen its
 * end. For one thread.
 */
final class ReadAhead implements PreparedRecords {
    private static final int CHUNK_RECORDS = 256;

    /** Large records make smaller chunks, so that little of the content is in memory however large they are. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private static final int CHUNKS = 8;
    private static final long GLANCE_MILLIS = 10;

    private final PreparedRecords records;
    private final BlockingQueue<Chunk> ready = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread reader;
    private volatile boolean closed;
    private Chunk current = new Chunk(List.of(), null, false);
    private int position;

    /** @param records are read, and closed with this */
    ReadAhead(PreparedRecords records) {
        this.records = records;
        this.reader = new Thread(this::read, Thread.currentThread().getName() + " reading ahead");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Some records in a row.
     *
     * @param failure why there are none behind them; null where nothing failed
     * @param last whether the content ends with them
     */
    private record Chunk(List<PreparedRecord> records, Throwable failure, boolean last) {}

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        while (position == current.records.size()) {
            if (current.failure != null) {
                throw rethrown(current.failure);
            }
            if (current.last) {
                return null;
            }
            current = take();
            position = 0;
        }
        return current.records.get(position++);
    }

    @Override
    public void close() throws IOException {
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
        records.close();
    }

    private void read() {
        boolean more = true;
        while (more && !closed) {
            List<PreparedRecord> chunk = new ArrayList<>(CHUNK_RECORDS);
            Throwable failure = null;
            try {
                more = fill(chunk);
            } catch (UnreadableContentException | RuntimeException | Error e) {
                failure = e;
                more = false;
            }
            put(new Chunk(chunk, failure, !more));
        }
    }

    private boolean fill(List<PreparedRecord> chunk) throws UnreadableContentException {
        long bytes = 0;
        while (chunk.size() < CHUNK_RECORDS && bytes < CHUNK_BYTES && !closed) {
            PreparedRecord record = records.next();
            if (record == null) {
                return false;
            }
            chunk.add(record.detached());
            bytes += record.length();
        }
        return true;
    }

    private void put(Chunk chunk) {
        try {
            while (!closed && !ready.offer(chunk, GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
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
                throw new IllegalStateException("The thread that reads ahead ended before the content did");
            }
            return last;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static UnreadableContentException rethrown(Throwable failure) {
        return switch (failure) {
            case UnreadableContentException unreadable -> unreadable;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure);
        };
    }
}
