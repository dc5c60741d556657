package io.hybridingest.record;

import io.hybridingest.pipeline.Prepare;
import java.util.List;

/**
 * Date-time text as a pipeline writes it: in one of its patterns, in their order, or else in ISO-8601. Immutable and safe to share between
 * threads.
 */
final class TimestampPatterns {
    private static final int LONGEST_TEXT = 80;

    private final TimestampPattern[] patterns;

    TimestampPatterns(Prepare.Normalise normalise) {
        List<TimestampPattern> compiled =
                normalise.timestampPatterns().stream().map(TimestampPattern::of).toList();
        patterns = compiled.toArray(new TimestampPattern[0]);
    }

    /** The time of text in one of the patterns; {@link TimeFault#NOT_A_TIME} for text of any other form, or another fault. */
    long readPattern(String text, Placement placement) {
        if (text.length() > LONGEST_TEXT) {
            return TimeFault.NOT_A_TIME;
        }
        for (TimestampPattern pattern : patterns) {
            long micros = pattern.read(text, placement);
            if (micros != TimeFault.NOT_A_TIME) {
                return micros;
            }
        }
        return TimeFault.NOT_A_TIME;
    }

    /** The time of text in one of the patterns or in ISO-8601, or a fault. */
    long read(String text, Placement placement) {
        long micros = readPattern(text, placement);
        return micros != TimeFault.NOT_A_TIME || text.length() > LONGEST_TEXT ? micros : IsoText.read(text, placement);
    }
}
