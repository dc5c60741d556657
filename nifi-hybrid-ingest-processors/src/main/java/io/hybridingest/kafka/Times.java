package io.hybridingest.kafka;

import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Dates, times of day and local date-times of record readers, as Avro counts them. Numbers count in Avro's own units. */
final class Times {
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Times() {}

    /** Days since 1970. */
    static long day(Object value) throws MisfitException {
        return switch (value) {
            case Integer days -> days;
            case java.sql.Date date -> date.toLocalDate().toEpochDay();
            case LocalDate date -> date.toEpochDay();
            case String text ->
                parsed(text, "a date", iso -> LocalDate.parse(iso).toEpochDay());
            case null, default -> throw MisfitException.of(value, "a date");
        };
    }

    /** Microseconds since midnight. */
    static long microsOfDay(Object value) throws MisfitException {
        return value instanceof Long || value instanceof Integer
                ? ((Number) value).longValue()
                : nanosOfDay(value) / NANOS_PER_MICRO;
    }

    /** Milliseconds since midnight. */
    static long millisOfDay(Object value) throws MisfitException {
        return value instanceof Integer millis ? millis : nanosOfDay(value) / NANOS_PER_MILLI;
    }

    /** Microseconds since 1970 on a clock without a zone. */
    static long localMicros(Object value) throws MisfitException {
        return switch (value) {
            case Long micros -> micros;
            case Timestamp timestamp -> micros(timestamp.toLocalDateTime());
            case LocalDateTime dateTime -> micros(dateTime);
            case String text -> parsed(text, "a local date-time", iso -> micros(LocalDateTime.parse(iso)));
            case null, default -> throw MisfitException.of(value, "a local date-time");
        };
    }

    private static long nanosOfDay(Object value) throws MisfitException {
        return switch (value) {
            case Time time -> time.toLocalTime().toNanoOfDay();
            case LocalTime time -> time.toNanoOfDay();
            case String text ->
                parsed(text, "a time of day", iso -> LocalTime.parse(iso).toNanoOfDay());
            case null, default -> throw MisfitException.of(value, "a time of day");
        };
    }

    private static long micros(LocalDateTime dateTime) {
        return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), dateTime);
    }

    private static long parsed(String text, String wanted, java.util.function.ToLongFunction<String> parser)
            throws MisfitException {
        try {
            return parser.applyAsLong(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw MisfitException.of(text, wanted);
        }
    }
}
