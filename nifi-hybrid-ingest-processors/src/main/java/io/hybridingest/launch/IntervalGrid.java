package io.hybridingest.launch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/**
 * The boundaries of data intervals: whole multiples of a length on the clocks of a zone, counted from 1970-01-01T00:00 there.
 * A day begins at local midnight and has 23 or 25 hours where the clocks change. Intervals are contiguous and never overlap.
 *
 * @param length of one interval, at least a millisecond
 * @param zone whose clocks count
 */
public record IntervalGrid(Duration length, ZoneId zone) {
    /** More than clocks were ever moved at once. */
    private static final Duration LARGEST_SHIFT = Duration.ofHours(25);

    public IntervalGrid {
        if (length.toMillis() < 1) {
            throw new IllegalArgumentException("A data interval takes at least a millisecond, not " + length);
        }
    }

    /** The latest boundary at or before an instant. */
    public Instant boundary(Instant instant) {
        ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(instant);
        long shift = offset.getTotalSeconds() * 1000L;
        long local = Math.floorDiv(instant.toEpochMilli() + shift, length.toMillis()) * length.toMillis();
        Instant candidate = Instant.ofEpochMilli(local - shift);
        if (rules.getOffset(candidate).equals(offset)) {
            return candidate;
        }
        // The clocks were moved between that boundary and the instant. Where they were put back, there may have been a
        // later boundary before they were.
        Instant moved = rules.previousTransition(instant.plusMillis(1)).getInstant();
        Instant before = boundary(moved.minusMillis(1));
        Instant resolved = LocalDateTime.ofInstant(Instant.ofEpochMilli(local), ZoneOffset.UTC)
                .atZone(zone)
                .toInstant();
        return resolved.isAfter(before) ? resolved : before;
    }

    /** The first boundary after one. */
    Instant next(Instant boundary) {
        long low = boundary.toEpochMilli();
        long high = boundary.plus(length.multipliedBy(2)).plus(LARGEST_SHIFT).toEpochMilli();
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (boundary(Instant.ofEpochMilli(middle)).isAfter(boundary)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return Instant.ofEpochMilli(high);
    }

    /** The last boundary before one. */
    Instant previous(Instant boundary) {
        return boundary(boundary.minusMillis(1));
    }
}
