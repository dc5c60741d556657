package io.hybridingest.launch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Counts deaths in a sliding window and says when the next launch may be. Not thread-safe. */
final class RestartBudget {
    private final int maximum;
    private final Duration window;
    private final Backoff backoff;
    private final Deque<Instant> deaths = new ArrayDeque<>();

    RestartBudget(int maximum, Duration window, Backoff backoff) {
        this.maximum = maximum;
        this.window = window;
        this.backoff = backoff;
    }

    /**
     * When to launch again, and whether the limit holds it back.
     *
     * @param at earliest time of the next launch
     * @param limitReached whether that is because the window holds more deaths than restarts are allowed
     */
    record Next(Instant at, boolean limitReached) {}

    /** Counts a death. */
    Next died(Instant now) {
        deaths.addLast(now);
        while (!deaths.getFirst().plus(window).isAfter(now)) {
            deaths.removeFirst();
        }
        if (deaths.size() <= maximum) {
            return new Next(now.plus(backoff.after(deaths.size())), false);
        }
        while (deaths.size() > maximum + 1) {
            deaths.removeFirst();
        }
        return new Next(deaths.getFirst().plus(window), true);
    }
}
