package io.hybridingest.launch;

import java.time.Instant;
import java.util.Optional;
import org.apache.nifi.components.DescribedValue;

/** What becomes of data intervals that completed while no run was possible. */
public enum MissedIntervals implements DescribedValue {
    EACH("each", "Each", "One run for each complete interval, oldest first."),
    MERGED("merged", "Merged", "One run over all complete intervals, from the oldest start to the newest end."),
    SKIP("skip", "Skip", "One run for the newest complete interval; a warning names the intervals passed over.");

    private final String value;
    private final String displayName;
    private final String description;

    MissedIntervals(String value, String displayName, String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    /**
     * The interval to run now.
     *
     * @param mark everything before it is done
     * @param now the present
     * @param grid where intervals begin and end
     * @return empty while no interval since the mark is complete, or where the clock stands before the mark
     */
    public Optional<DataInterval> next(Instant mark, Instant now, IntervalGrid grid) {
        Instant firstEnd = grid.next(grid.boundary(mark));
        Instant newestEnd = grid.boundary(now);
        if (newestEnd.isBefore(firstEnd)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (this) {
                    case EACH -> new DataInterval(mark, firstEnd);
                    case MERGED -> new DataInterval(mark, newestEnd);
                    case SKIP -> new DataInterval(latest(mark, grid.previous(newestEnd)), newestEnd);
                });
    }

    private static Instant latest(Instant left, Instant right) {
        return left.isAfter(right) ? left : right;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
