package io.hybridingest.record;

/**
 * Why a value is no time. The readers of times answer with a number of microseconds, or with one of these numbers, which lie before the
 * year −290,000 and are no times: an answer on the hot path is not worth an object. Stateless.
 */
public final class TimeFault {
    /** The value cannot be read as a time. */
    public static final long NOT_A_TIME = Long.MIN_VALUE;

    /** The clocks of the reader's zone were put forward over this time. */
    public static final long SKIPPED = Long.MIN_VALUE + 1;

    /** The clocks of the zone that the text names were put forward over this time. */
    public static final long SKIPPED_IN_ITS_ZONE = Long.MIN_VALUE + 2;

    /** The time has a part below the microsecond, which would be lost. */
    public static final long TOO_FINE = Long.MIN_VALUE + 3;

    private TimeFault() {}

    /** Whether an answer is a time, and none of the faults. */
    public static boolean isTime(long answer) {
        return answer > TOO_FINE;
    }
}
