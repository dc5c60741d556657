package io.hybridingest.kafka;

import java.time.Instant;

/**
 * Says whether the job keeps up. Closes above the limit and opens again below four fifths of it, so that it does not
 * flutter around the limit. What is published between two readings counts, too. Not safe for several threads.
 */
final class LagGate {
    private final LagLimit limit;
    private Instant readAt;
    private long published;
    private boolean open = true;

    LagGate(LagLimit limit) {
        this.limit = limit;
    }

    /**
     * What the gate says.
     *
     * @param open whether publishing may go on
     * @param changed whether the gate opened or closed with this reading
     * @param lag how far the job is, with what was published since
     */
    record Reading(boolean open, boolean changed, JobLag.Known lag) {}

    /** @param at when the lag was read; the same moment means the same reading again */
    Reading read(JobLag.Known lag, Instant at) {
        if (!at.equals(readAt)) {
            readAt = at;
            published = 0;
        }
        JobLag.Known since =
                new JobLag.Known(lag.records() + published, lag.age(), lag.ageIsMinimum(), lag.unmoved(), lag.group());
        boolean before = open;
        open = open ? !limit.exceededBy(since) : limit.keptBy(since);
        return new Reading(open, open != before, since);
    }

    /** Adds what was published since the last reading. */
    void published(long records) {
        published += records;
    }
}
