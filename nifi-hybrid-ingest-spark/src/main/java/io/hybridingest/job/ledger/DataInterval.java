package io.hybridingest.job.ledger;

import java.time.Instant;
import java.util.Objects;

/**
 * The data interval that a scheduled batch run stands for. It is recorded with every commit; it does not choose files:
 * a run takes all that has landed, so that nothing late waits for an interval that is over.
 *
 * @param start first instant
 * @param end first instant that no longer belongs to it
 */
public record DataInterval(Instant start, Instant end) {
    public DataInterval {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("The interval ends at " + end + ", not after its start " + start);
        }
    }
}
