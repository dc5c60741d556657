package io.hybridingest.job;

import io.hybridingest.job.ledger.FencedException;
import io.hybridingest.job.ledger.SourceOffsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes how far the table is, as an ordinary consumer group with the pipeline's name: at the start, after every
 * micro-batch, and again and again while nothing happens, as brokers forget the offsets of a group that is silent for
 * {@code offsets.retention.minutes}.
 *
 * <p>A thread of its own does it, so that neither the query nor Spark's other listeners wait for a broker. No record
 * depends on it: a failure is logged when it begins, and the next time comes. Safe for use by several threads.
 */
final class OffsetPublisher extends StreamingQueryListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetPublisher.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Supplier<SortedMap<String, SortedMap<Integer, Long>>> start;
    private final Runnable fence;
    private final ConsumerGroup group;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicReference<SortedMap<String, SortedMap<Integer, Long>>> unpublished = new AtomicReference<>();
    private volatile SortedMap<String, SortedMap<Integer, Long>> reached;
    private boolean failing;

    /** Takes the offsets. */
    @FunctionalInterface
    interface ConsumerGroup {
        /**
         * @param ends topic → partition → next offset to read, never empty
         * @throws RuntimeException where the brokers do not take them
         */
        void publish(SortedMap<String, SortedMap<Integer, Long>> ends) throws InterruptedException;
    }

    /**
     * @param start how far the table is before the first micro-batch, empty where nobody knows; asked on the publisher's thread
     * @param fence throws {@link FencedException} where a newer run has written, whose offsets must not be set back
     */
    OffsetPublisher(Supplier<SortedMap<String, SortedMap<Integer, Long>>> start, Runnable fence, ConsumerGroup group) {
        this.start = start;
        this.fence = fence;
        this.group = group;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread worker = new Thread(task, "hybrid-ingest-offsets");
                    worker.setDaemon(true);
                    return worker;
                },
                // Spark may tell of a micro-batch when the publisher is closed already.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Publishes at once, and from then on whenever the interval has passed. */
    void begin(Duration interval) {
        thread.scheduleWithFixedDelay(this::refresh, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // What the table holds at the start is published already.
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        for (SourceProgress source : event.progress().sources()) {
            advance(SourceOffsets.parse(source.endOffset()));
        }
    }

    /** Publishes what a micro-batch has reached; where the brokers are slow only the newest. */
    void advance(SortedMap<String, SortedMap<Integer, Long>> ends) {
        if (!ends.isEmpty()) {
            reached = ends;
            if (unpublished.getAndSet(ends) == null) {
                thread.execute(this::publishReached);
            }
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The group stays as it is.
    }

    private void publishReached() {
        publish(() -> unpublished.getAndSet(null));
    }

    private void refresh() {
        publish(() -> reached == null ? start.get() : reached);
    }

    private void publish(Supplier<SortedMap<String, SortedMap<Integer, Long>>> position) {
        try {
            SortedMap<String, SortedMap<Integer, Long>> ends = position.get();
            fence.run();
            if (!ends.isEmpty()) {
                group.publish(ends);
            }
            if (failing) {
                LOG.info("The offsets of the consumer group are published again");
            }
            failing = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FencedException e) {
            LOG.debug("A newer run publishes the offsets", e);
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn(
                        "Cannot publish the offsets of the consumer group: lag tools and the publisher's lag limit see an old"
                                + " position, or none",
                        e);
            }
            failing = true;
        }
    }

    /** Publishes what a micro-batch has just reached, unless the brokers are slow, and ends. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.shutdownNow();
    }
}
