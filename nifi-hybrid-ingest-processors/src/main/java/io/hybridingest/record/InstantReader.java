package io.hybridingest.record;

import io.hybridingest.pipeline.Prepare;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.OptionalLong;

/**
 * Reads what people call a timestamp: date-time text in the pipeline's patterns or ISO-8601, with or without zone, epoch
 * numbers, and the date-time objects that record readers produce.
 *
 * <p>The unit of an epoch number follows from its magnitude: below 10¹¹ seconds, below 10¹⁴ milliseconds, below 10¹⁷
 * microseconds, else nanoseconds; each of them reaches from 1973 to the year 5138. Text of exactly eight digits is refused,
 * because it may be a date as well as a number.
 *
 * <p>A date-time without zone is one of the pipeline's zone. Of the two that it may be where the clocks are put back, it is the earlier;
 * where they are put forward over it, it is none. A date is its first moment.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class InstantReader {
    private static final int NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000L;

    private final TimestampPatterns patterns;
    private final Placement exact;
    private final Placement cutting;

    /** @param normalise zone of text that carries none, the patterns to try before ISO-8601, and what is too fine a time */
    public InstantReader(Prepare.Normalise normalise) {
        patterns = new TimestampPatterns(normalise);
        cutting = Placement.InZone.of(normalise.zone(), true);
        exact = normalise.excessPrecision() == Prepare.ExcessPrecision.TRUNCATE
                ? cutting
                : Placement.InZone.of(normalise.zone(), false);
    }

    /**
     * Reads a value, and cuts off whatever it has below the microsecond.
     *
     * @param raw text, number or date-time object; null reads as nothing
     * @return microseconds since 1970-01-01T00:00Z, empty where the value is no timestamp
     */
    public OptionalLong epochMicros(Object raw) {
        long micros = read(raw, cutting);
        return TimeFault.isTime(micros) ? OptionalLong.of(micros) : OptionalLong.empty();
    }

    /**
     * Reads a value. What it has below the microsecond is cut off where the pipeline says so, else a fault.
     *
     * @param raw text, number or date-time object; null reads as nothing
     * @return microseconds since 1970-01-01T00:00Z, or a {@link TimeFault}
     */
    public long read(Object raw) {
        return read(raw, exact);
    }

    private long read(Object raw, Placement placement) {
        try {
            return switch (raw) {
                case CharSequence text -> ofText(text.toString().trim(), placement);
                case Number number -> EpochNumber.micros(number, placement);
                case Timestamp timestamp ->
                    of(Math.floorDiv(timestamp.getTime(), 1_000L), timestamp.getNanos(), placement);
                case java.sql.Date date -> placement.day(date.toLocalDate().toEpochDay());
                case java.sql.Time ignored -> TimeFault.NOT_A_TIME;
                case java.util.Date date -> Math.multiplyExact(date.getTime(), MICROS_PER_MILLI);
                case Instant instant -> of(instant.getEpochSecond(), instant.getNano(), placement);
                case ZonedDateTime dateTime -> of(dateTime.toEpochSecond(), dateTime.getNano(), placement);
                case OffsetDateTime dateTime -> of(dateTime.toEpochSecond(), dateTime.getNano(), placement);
                case LocalDateTime dateTime -> LocalDateTimeReader.of(dateTime, placement);
                case LocalDate date -> placement.day(date.toEpochDay());
                case null, default -> TimeFault.NOT_A_TIME;
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return TimeFault.NOT_A_TIME;
        }
    }

    private long ofText(String text, Placement placement) {
        if (EpochNumber.isWrittenIn(text)) {
            long micros = patterns.readPattern(text, placement);
            return micros == TimeFault.NOT_A_TIME ? EpochNumber.micros(text, placement) : micros;
        }
        return patterns.read(text, placement);
    }

    private static long of(long epochSecond, int nanos, Placement placement) {
        long micros =
                Math.addExact(Math.multiplyExact(epochSecond, Placement.MICROS_PER_SECOND), nanos / NANOS_PER_MICRO);
        return nanos % NANOS_PER_MICRO == 0 ? micros : placement.finer(micros);
    }
}
