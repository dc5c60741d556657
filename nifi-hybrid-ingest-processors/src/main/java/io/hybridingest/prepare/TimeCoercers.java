package io.hybridingest.prepare;

import io.hybridingest.record.InstantReader;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/** Coercion to dates and times. */
final class TimeCoercers {
    private static final long MICROS_PER_MILLI = 1_000L;
    private static final long NANOS_PER_MICRO = 1_000L;
    private static final long LAST_EPOCH_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final int DATE_LENGTH = 10;

    private TimeCoercers() {}

    static Coercer timestampMicros(InstantReader instants) {
        return (raw, findings) -> timestamp(instants, 1, raw, findings);
    }

    static Coercer timestampMillis(InstantReader instants) {
        return (raw, findings) -> timestamp(instants, MICROS_PER_MILLI, raw, findings);
    }

    static Object toLocalMicros(Object raw, Findings findings) {
        return local(raw, 1, findings);
    }

    static Object toLocalMillis(Object raw, Findings findings) {
        return local(raw, MICROS_PER_MILLI, findings);
    }

    static Object toDate(Object raw, Findings findings) {
        try {
            LocalDate date =
                    switch (raw) {
                        case LocalDate day -> day;
                        case java.sql.Date day -> day.toLocalDate();
                        case CharSequence text ->
                            LocalDate.parse(text.toString().trim());
                        case Integer day -> epochDay(day.longValue());
                        case Long day -> epochDay(day);
                        case null, default -> null;
                    };
            if (date != null) {
                return Math.toIntExact(date.toEpochDay());
            }
        } catch (DateTimeException e) {
            // The same answer as for any other value that is no date.
        }
        return findings.misfit(Code.WRONG_TYPE, "is not a date such as 2024-01-31", raw);
    }

    static Object toTimeMillis(Object raw, Findings findings) {
        LocalTime time = timeOf(raw, NANOS_PER_MICRO * MICROS_PER_MILLI);
        return time == null
                ? notTime(raw, findings)
                : (Object) (int) (time.toNanoOfDay() / NANOS_PER_MICRO / MICROS_PER_MILLI);
    }

    static Object toTimeMicros(Object raw, Findings findings) {
        LocalTime time = timeOf(raw, NANOS_PER_MICRO);
        return time == null ? notTime(raw, findings) : (Object) (time.toNanoOfDay() / NANOS_PER_MICRO);
    }

    private static Object timestamp(InstantReader instants, long microsPerUnit, Object raw, Findings findings) {
        OptionalLong micros = instants.epochMicros(raw);
        return micros.isPresent()
                ? (Object) Math.floorDiv(micros.getAsLong(), microsPerUnit)
                : findings.misfit(
                        Code.WRONG_TYPE,
                        "is neither ISO-8601, such as 2024-01-31T12:00:00Z, nor one of the pipeline's timestamp patterns,"
                                + " nor an epoch number",
                        raw);
    }

    private static Object local(Object raw, long microsPerUnit, Findings findings) {
        try {
            LocalDateTime dateTime =
                    switch (raw) {
                        case LocalDateTime value -> value;
                        case Timestamp value -> value.toLocalDateTime();
                        case CharSequence text -> localOf(text.toString().trim());
                        case null, default -> null;
                    };
            if (dateTime != null) {
                Instant instant = dateTime.toInstant(ZoneOffset.UTC);
                long micros = Math.addExact(
                        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / NANOS_PER_MICRO);
                return Math.floorDiv(micros, microsPerUnit);
            }
        } catch (DateTimeException | ArithmeticException e) {
            // The same answer as for any other value that is no date-time.
        }
        return findings.misfit(Code.WRONG_TYPE, "is not a date-time without zone, such as 2024-01-31T12:00:00", raw);
    }

    private static LocalDateTime localOf(String text) {
        boolean blankBetween = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
        return LocalDateTime.parse(
                blankBetween ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1) : text);
    }

    private static LocalDate epochDay(long day) {
        return Math.abs(day) <= LAST_EPOCH_DAY ? LocalDate.ofEpochDay(day) : null;
    }

    private static LocalTime timeOf(Object raw, long nanosPerUnit) {
        try {
            return switch (raw) {
                case LocalTime time -> time;
                case java.sql.Time time ->
                    Instant.ofEpochMilli(time.getTime())
                            .atZone(ZoneId.systemDefault())
                            .toLocalTime();
                case CharSequence text -> LocalTime.parse(text.toString().trim());
                case Integer units -> LocalTime.ofNanoOfDay(Math.multiplyExact(units.longValue(), nanosPerUnit));
                case Long units -> LocalTime.ofNanoOfDay(Math.multiplyExact(units, nanosPerUnit));
                case null, default -> null;
            };
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static Object notTime(Object raw, Findings findings) {
        return findings.misfit(Code.WRONG_TYPE, "is not a time of day such as 13:45:00", raw);
    }
}
