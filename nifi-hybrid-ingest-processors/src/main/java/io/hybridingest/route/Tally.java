package io.hybridingest.route;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** Counts the records of one output and keeps the span of their event times. Not safe for several threads. */
public final class Tally {
    private long count;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;

    void add(long eventMicros) {
        count++;
        earliest = Math.min(earliest, eventMicros);
        latest = Math.max(latest, eventMicros);
    }

    /** Records counted. */
    public long count() {
        return count;
    }

    /** {@code record.count} and, of at least one record, {@code hybrid.event.time.min} and {@code hybrid.event.time.max}. */
    public Map<String, String> attributes() {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("record.count", Long.toString(count));
        if (count > 0) {
            attributes.put("hybrid.event.time.min", text(earliest));
            attributes.put("hybrid.event.time.max", text(latest));
        }
        return attributes;
    }

    private static String text(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
