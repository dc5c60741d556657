package io.hybridingest.launch;

import java.time.Duration;
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

    /**
     * The latest boundary at or before an instant. Boundaries are whole multiples of the length since 1970-01-01T00:00Z,
     * so that a change of daylight saving time moves none of them.
     *
     * @param length of one interval, at least a millisecond
     */
    public static Instant boundary(Instant instant, Duration length) {
        long millis = length.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), millis) * millis);
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end + ")";
    }
}
