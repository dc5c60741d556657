package io.hybridingest.launch;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Waiting times that double from the first to the longest, each stretched by up to a fifth so that many drivers felled by
 * one cause do not come back at one moment.
 *
 * @param first wait
 * @param longest wait, before stretching
 * @param random numbers from 0 to 1
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {
    private static final double STRETCH = 0.2;

    /** The wait before an attempt. @param failures so far, at least 1 */
    public Duration after(int failures) {
        Duration wait = first;
        for (int doubled = 1; doubled < failures && wait.compareTo(longest) < 0; doubled++) {
            wait = wait.multipliedBy(2);
        }
        Duration capped = wait.compareTo(longest) < 0 ? wait : longest;
        return capped.plusMillis((long) (capped.toMillis() * STRETCH * random.getAsDouble()));
    }
}
