package io.hybridingest.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Says whether the job keeps up. Closes above the limit and opens again below four fifths of it, so that it does not
 * flutter around the limit. Asks the cluster every two seconds at most and counts what is published in between. Shared by
 * all tasks of a processor; safe for several threads.
 */
public final class LagGate {
    private static final Duration READING_AGE = Duration.ofSeconds(2);
    private static final double REOPEN = 0.8;

    private final TopicObserver observer;
    private final long maxLag;
    private final Clock clock;
    private Instant readAt = Instant.MIN;
    private long lag;
    private boolean open = true;

    /** @param maxLag records that the topic may be ahead of the table */
    public LagGate(TopicObserver observer, long maxLag, Clock clock) {
        this.observer = observer;
        this.maxLag = maxLag;
        this.clock = clock;
    }

    /**
     * What the gate says now.
     *
     * @param open whether publishing may go on
     * @param changed whether the gate opened or closed with this reading; true for exactly one caller
     * @param lag records that the topic is ahead
     */
    public record Reading(boolean open, boolean changed, long lag) {}

    /** @throws org.apache.kafka.common.KafkaException where the lag is unknown, which is not the same as no lag */
    public synchronized Reading read() {
        Instant now = clock.instant();
        if (readAt.equals(Instant.MIN) || !now.isBefore(readAt.plus(READING_AGE)) || now.isBefore(readAt)) {
            lag = observer.lag();
            readAt = now;
        }
        boolean before = open;
        open = open ? lag <= maxLag : lag < maxLag * REOPEN;
        return new Reading(open, open != before, lag);
    }

    /** Adds what was published since the last reading. */
    public synchronized void published(long records) {
        lag += records;
    }
}
