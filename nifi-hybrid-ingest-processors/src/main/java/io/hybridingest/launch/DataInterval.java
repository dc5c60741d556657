package io.hybridingest.launch;

import java.time.Instant;

/**
 * The span of time a batch run answers for.
 *
 * @param start first instant inside
 * @param end first instant after it
 */
public record DataInterval(Instant start, Instant end) {
    public DataInterval {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("A data interval must end after it starts, not " + start + " to " + end);
        }
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end + ")";
    }
}
