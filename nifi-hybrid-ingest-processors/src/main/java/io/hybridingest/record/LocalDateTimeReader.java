package io.hybridingest.record;

import io.hybridingest.pipeline.Prepare;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads dates and date-times that belong to no zone: text in the pipeline's patterns or ISO-8601, and the objects that record readers
 * produce. A date is its midnight. What carries a zone is refused: the time in which zone would be meant? Immutable and safe to share
 * between threads.
 */
public final class LocalDateTimeReader {
    private static final int NANOS_PER_MICRO = 1_000;

    private final TimestampPatterns patterns;
    private final Placement placement;

    /** @param normalise the patterns to try before ISO-8601, and whether parts below the microsecond are cut off or a fault */
    public LocalDateTimeReader(Prepare.Normalise normalise) {
        patterns = new TimestampPatterns(normalise);
        placement = new Placement.WithoutZone(normalise.excessPrecision() == Prepare.ExcessPrecision.TRUNCATE);
    }

    /**
     * Reads a value.
     *
     * @param raw text or date-time object; null reads as nothing
     * @return microseconds since 1970-01-01T00:00 on the same clock, or a {@link TimeFault}
     */
    public long read(Object raw) {
        try {
            return switch (raw) {
                case CharSequence text -> patterns.read(text.toString().trim(), placement);
                case LocalDateTime dateTime -> of(dateTime, placement);
                case LocalDate date -> placement.day(date.toEpochDay());
                case java.sql.Date date -> placement.day(date.toLocalDate().toEpochDay());
                case Timestamp timestamp -> of(timestamp.toLocalDateTime(), placement);
                case null, default -> TimeFault.NOT_A_TIME;
            };
        } catch (ArithmeticException e) {
            return TimeFault.NOT_A_TIME;
        }
    }

    static long of(LocalDateTime dateTime, Placement placement) {
        long seconds = Math.multiplyExact(dateTime.toEpochSecond(ZoneOffset.UTC), Placement.MICROS_PER_SECOND);
        long micros = placement.local(Math.addExact(seconds, dateTime.getNano() / NANOS_PER_MICRO));
        return dateTime.getNano() % NANOS_PER_MICRO == 0 ? micros : placement.finer(micros);
    }
}
