package io.hybridingest.job.sink;

/**
 * Whether something that fails for some kinds of data is worth trying: not the next one, two, four … times after each failure that follows
 * another.
 */
public final class Attempts {
    private static final int LONGEST = 32;

    private int pause;
    private int left;

    /** Asked each time before it could be tried. */
    public boolean isWorthTrying() {
        if (left > 0) {
            left--;
            return false;
        }
        return true;
    }

    /** Tells how it went. */
    public void tried(boolean succeeded) {
        pause = succeeded ? 0 : Math.min(LONGEST, Math.max(1, 2 * pause));
        left = pause;
    }
}
