package io.hybridingest.job.sink;

/**
 * Whether something that fails for some kinds of data is worth trying with the next micro-batch: not for one, two, four … of them after each
 * failure that follows another.
 */
final class Attempts {
    private static final int LONGEST = 32;

    private int pause;
    private int left;

    /** Asked once a micro-batch. */
    boolean isWorthTrying() {
        if (left > 0) {
            left--;
            return false;
        }
        return true;
    }

    /** Tells how it went. */
    void tried(boolean succeeded) {
        pause = succeeded ? 0 : Math.min(LONGEST, Math.max(1, 2 * pause));
        left = pause;
    }
}
