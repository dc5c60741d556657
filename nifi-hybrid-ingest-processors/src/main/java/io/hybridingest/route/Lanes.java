package io.hybridingest.route;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.UnreadableContentException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.apache.nifi.serialization.record.Record;

/** The lanes at one moment. Immutable. */
public final class Lanes {
    private final LanePolicy policy;
    private final Instant now;
    private final long lateBefore;
    private final long aheadAfter;

    Lanes(LanePolicy policy, Instant now) {
        this.policy = policy;
        this.now = now;
        lateBefore = micros(now.minus(policy.eventTime().lateAfter()));
        aheadAfter = micros(now.plus(policy.eventTime().aheadLimit()));
    }

    /** The moment. */
    Instant now() {
        return now;
    }

    /** The lane of the record that the records are at. */
    Lane laneOf(RoutableRecords<?> at) throws UnreadableContentException {
        OptionalLong eventMicros = at.eventMicros();
        if (eventMicros.isEmpty() || eventMicros.getAsLong() > aheadAfter) {
            return Lane.INVALID;
        }
        if (!policy.overrides().isEmpty()) {
            Record record = at.record();
            for (LaneOverride override : policy.overrides()) {
                if (override.holdsFor(record)) {
                    return override.lane();
                }
            }
        }
        return eventMicros.getAsLong() < lateBefore ? Lane.BATCH : Lane.STREAM;
    }

    /** Why the record that the records are at is invalid. */
    Reason reasonFor(RoutableRecords<?> at) {
        String field = policy.eventTime().field();
        OptionalLong eventMicros = at.eventMicros();
        if (eventMicros.isEmpty()) {
            return new Reason("missing", field, "is the event time of the record and has no value", "");
        }
        Instant eventTime = Instant.EPOCH.plus(eventMicros.getAsLong(), ChronoUnit.MICROS);
        Duration ahead = Duration.between(now, eventTime).truncatedTo(ChronoUnit.SECONDS);
        String message = "is " + ahead + " ahead of the clock, and the ahead-limit is "
                + policy.eventTime().aheadLimit();
        return new Reason("ahead-of-time", field, message, eventTime.toString());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
