package io.hybridingest.kafka;

/**
 * How many rounds to leave out before the next try: none, and after each further denial twice as many, up to a limit. For one
 * thread.
 */
final class RoundPause {
    private final int longest;
    private int next;
    private int left;

    /** @param longest rounds to leave out at most */
    RoundPause(int longest) {
        this.longest = longest;
    }

    /** To be asked once a round: whether to leave it out. */
    boolean leavesOut() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    void denied() {
        next = Math.min(2 * next + 1, longest);
        left = next;
    }

    void granted() {
        next = 0;
        left = 0;
    }
}
