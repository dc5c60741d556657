package io.hybridingest.route;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.UnreadableContentException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.apache.nifi.serialization.record.Record;

/**
 * The lanes of one content's records, which are to be asked for once a record and in order: the newest event time moves on with
 * them. Not safe for several threads.
 */
public final class Lanes {
    private static final long NOTHING_IS_LATE = Long.MIN_VALUE;

    private final LanePolicy policy;
    private final Instant now;
    private final long aheadAfter;
    private final long lateAfterMicros;
    private final boolean follows;
    private OptionalLong newestEventMicros;
    private long lateBefore;

    Lanes(LanePolicy policy, Instant now, OptionalLong newestEventMicros) {
        this.policy = policy;
        this.now = now;
        this.newestEventMicros = newestEventMicros;
        aheadAfter = micros(now.plus(policy.eventTime().aheadLimit()));
        lateAfterMicros = policy.eventTime().lateAfter().dividedBy(ChronoUnit.MICROS.getDuration());
        follows = policy.reference() == LatenessReference.NEWEST_EVENT_TIME;
        lateBefore = follows ? lateBefore(newestEventMicros) : micros(now) - lateAfterMicros;
    }

    /** What the clock says. */
    Instant now() {
        return now;
    }

    /** The newest event time seen before or in the content, in microseconds since the epoch, empty where there was none. */
    public OptionalLong newestEventMicros() {
        return newestEventMicros;
    }

    /**
     * The lane of the record that the records are at.
     *
     * @param eventMicros its event time
     */
    Lane laneOf(RoutableRecords<?> at, OptionalLong eventMicros) throws UnreadableContentException {
        if (eventMicros.isEmpty() || eventMicros.getAsLong() > aheadAfter) {
            return Lane.INVALID;
        }
        long micros = eventMicros.getAsLong();
        if (follows && (newestEventMicros.isEmpty() || micros > newestEventMicros.getAsLong())) {
            newestEventMicros = eventMicros;
            lateBefore = lateBefore(eventMicros);
        }
        if (!policy.overrides().isEmpty()) {
            Record record = at.record();
            for (LaneOverride override : policy.overrides()) {
                if (override.holdsFor(record)) {
                    return override.lane();
                }
            }
        }
        return micros < lateBefore ? Lane.BATCH : Lane.STREAM;
    }

    /** Why a record of that event time is invalid. */
    Reason reasonFor(OptionalLong eventMicros) {
        String field = policy.eventTime().field();
        if (eventMicros.isEmpty()) {
            return new Reason("missing", field, "is the event time of the record and has no value", "");
        }
        Instant eventTime = Instant.EPOCH.plus(eventMicros.getAsLong(), ChronoUnit.MICROS);
        Duration ahead = Duration.between(now, eventTime).truncatedTo(ChronoUnit.SECONDS);
        String message = "is " + ahead + " ahead of the clock, and the ahead-limit is "
                + policy.eventTime().aheadLimit();
        return new Reason("ahead-of-time", field, message, eventTime.toString());
    }

    private long lateBefore(OptionalLong newest) {
        if (newest.isEmpty() || newest.getAsLong() < Long.MIN_VALUE + lateAfterMicros) {
            return NOTHING_IS_LATE;
        }
        return newest.getAsLong() - lateAfterMicros;
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
