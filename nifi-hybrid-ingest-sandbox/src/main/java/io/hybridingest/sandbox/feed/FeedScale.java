package io.hybridingest.sandbox.feed;

import java.time.Duration;

/**
 * How much is fed, how fast, and how much of it is trouble on purpose.
 *
 * @param historyMonths newest months of history that are fed; at most 13
 * @param historyOneIn of how many flights of the history one is fed; 1 for all
 * @param liveRecords most flights of the live window that are fed, a sample where there are more
 * @param recordsPerSecond pace of the live feed
 * @param lateAfter the pipeline's own setting; fresh trouble is taken from flights well within it
 * @param brokenPerKind broken records of each kind
 * @param seed equal seeds choose equally
 */
public record FeedScale(
        int historyMonths,
        int historyOneIn,
        int liveRecords,
        double recordsPerSecond,
        Duration lateAfter,
        int brokenPerKind,
        long seed) {

    /** Live flights are those of the last two days: about half of them late for a limit of one day. */
    static final Duration LIVE_WINDOW = Duration.ofHours(48);

    /** Share of the live flights that is sent a second time. */
    static final double SENT_TWICE = 0.05;

    /** Share of the live flights that is in a file of the history as well. */
    static final double IN_BOTH_LANES = 0.03;

    /** Share of the live flights that carry a field the schema does not know. */
    static final double WITH_UNKNOWN_FIELD = 0.02;

    public FeedScale {
        if (historyMonths < 0 || historyOneIn < 1 || liveRecords < 1 || recordsPerSecond <= 0 || brokenPerKind < 0) {
            throw new IllegalArgumentException("A feed needs at least one live record and a positive pace");
        }
    }

    /** Everything: 336,776 flights. */
    public static FeedScale full() {
        return new FeedScale(13, 1, Integer.MAX_VALUE, 12, Duration.ofHours(24), 5, 2013);
    }

    /** Enough to see every path taken within two minutes. */
    public static FeedScale small() {
        return new FeedScale(1, 5, 300, 5, Duration.ofHours(24), 2, 2013);
    }
}
