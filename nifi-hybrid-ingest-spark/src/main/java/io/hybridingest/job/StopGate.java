package io.hybridingest.job;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Stops a streaming query where nothing is half done: every micro-batch passes the gate before it does anything, and once
 * the gate is closed the next one waits there until the query is stopped.
 *
 * <p>Safe for use by several threads.
 */
final class StopGate {
    private static final long LOOK_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private boolean held;

    /** Lets a micro-batch pass, or holds it for ever, until the query's thread is interrupted. */
    void pass() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            held = closed;
            changed.signalAll();
            while (closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the gate; {@link #awaitEnd} does the rest. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the query has ended by itself, or stops it where the gate is closed and no batch is at work.
     *
     * @throws org.apache.spark.sql.streaming.StreamingQueryException where the query failed
     */
    void awaitEnd(StreamingQuery query)
            throws org.apache.spark.sql.streaming.StreamingQueryException, InterruptedException, TimeoutException {
        while (query.isActive()) {
            if (isClosed() && isIdle(query)) {
                query.stop();
            } else {
                awaitChange();
            }
        }
        query.awaitTermination();
    }

    private boolean isIdle(StreamingQuery query) {
        lock.lock();
        try {
            return held || !query.status().isTriggerActive();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the gate is closed, or for so long. */
    void awaitClosed(long time, TimeUnit unit) throws InterruptedException {
        lock.lock();
        try {
            if (!closed) {
                changed.await(time, unit);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A query that ends tells nobody here, so the wait is short. */
    private void awaitChange() throws InterruptedException {
        lock.lock();
        try {
            changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } finally {
            lock.unlock();
        }
    }
}
