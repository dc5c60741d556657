package io.hybridingest.launch;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Which data interval is next.
 *
 * @param grid where intervals begin and end
 * @param missed what becomes of intervals that completed while no run was possible
 * @param limit how many missed intervals are made up for at most, null for all
 * @param first start of the very first interval, null for the newest that is complete
 * @param overlap what becomes of intervals that complete while a run is under way
 */
public record IntervalSchedule(
        IntervalGrid grid, MissedIntervals missed, Integer limit, Instant first, Overlap overlap) {
    public IntervalSchedule {
        Objects.requireNonNull(grid, "grid");
        Objects.requireNonNull(missed, "missed");
        Objects.requireNonNull(overlap, "overlap");
    }

    /** The mark of a processor that never ran. */
    Instant begin(Instant now) {
        return first != null ? first : grid.previous(newestEnd(now));
    }

    /** End of the newest complete interval. */
    Instant newestEnd(Instant now) {
        return grid.boundary(now);
    }

    /**
     * End of the newest interval that has completed since a run began, where that is news.
     *
     * @param running interval of the run
     * @param queuedUntil what was known of already, null where nothing was
     */
    Optional<Instant> completedSince(DataInterval running, Instant queuedUntil, Instant now) {
        Instant newest = newestEnd(now);
        boolean known = queuedUntil != null && !newest.isAfter(queuedUntil);
        return newest.isAfter(running.end()) && !known ? Optional.of(newest) : Optional.empty();
    }

    /**
     * The interval to run now.
     *
     * @param mark everything before it is done
     * @param queuedUntil intervals that end by then each wait for a run of their own, null where none does
     * @return empty while no interval since the mark is complete, or where the clock stands before the mark
     */
    Optional<DataInterval> next(Instant mark, Instant queuedUntil, Instant now) {
        if (queuedUntil != null && mark.isBefore(queuedUntil)) {
            return MissedIntervals.EACH.next(mark, now, grid);
        }
        return missed.next(limited(mark, now), now, grid);
    }

    private Instant limited(Instant mark, Instant now) {
        if (limit == null) {
            return mark;
        }
        Instant oldest = newestEnd(now);
        for (int counted = 0; counted < limit && oldest.isAfter(mark); counted++) {
            oldest = grid.previous(oldest);
        }
        return oldest.isAfter(mark) ? oldest : mark;
    }
}
