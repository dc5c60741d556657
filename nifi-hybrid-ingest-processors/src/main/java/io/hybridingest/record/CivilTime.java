package io.hybridingest.record;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;

/** Dates and times of day as numbers. Stateless. */
final class CivilTime {
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NANOS_PER_MICRO = 1_000;

    private CivilTime() {}

    /** Whether a day is in the calendar; the year has four digits. */
    static boolean isDate(int year, int month, int day) {
        return month >= 1
                && month <= 12
                && day >= 1
                && (day <= 28 || day <= LocalDate.of(year, month, 1).lengthOfMonth());
    }

    /** Days since 1970-01-01 of a day that {@link #isDate}. */
    static long epochDay(int year, int month, int day) {
        return LocalDate.of(year, month, day).toEpochDay();
    }

    static boolean isTimeOfDay(int hour, int minute, int second) {
        return hour < 24 && minute < 60 && second < 60;
    }

    static long localMicros(long epochDay, int hour, int minute, int second, int micros) {
        long secondOfDay = (hour * 60L + minute) * 60L + second;
        return (epochDay * SECONDS_PER_DAY + secondOfDay) * Placement.MICROS_PER_SECOND + micros;
    }

    /**
     * Places what a formatter makes of a text.
     *
     * @return {@link TimeFault#NOT_A_TIME} where the formatter makes nothing of it
     */
    static long parse(DateTimeFormatter formatter, String text, Placement placement) {
        try {
            return place(formatter.parse(text), placement);
        } catch (DateTimeException | ArithmeticException e) {
            return TimeFault.NOT_A_TIME;
        }
    }

    private static long place(TemporalAccessor parsed, Placement placement) {
        LocalDate date = parsed.query(TemporalQueries.localDate());
        if (date == null) {
            return TimeFault.NOT_A_TIME;
        }
        LocalTime time = parsed.query(TemporalQueries.localTime());
        ZoneOffset offset = parsed.query(TemporalQueries.offset());
        ZoneId own = parsed.query(TemporalQueries.zoneId());
        if (time == null && offset == null && own == null) {
            return placement.day(date.toEpochDay());
        }
        LocalTime timeOfDay = time == null ? LocalTime.MIDNIGHT : time;
        long localMicros = Math.addExact(
                Math.multiplyExact(date.toEpochDay(), Placement.MICROS_PER_DAY),
                timeOfDay.toNanoOfDay() / NANOS_PER_MICRO);
        long micros;
        if (offset != null) {
            // Text may carry both, as in +01:00[Europe/Madrid]; only the offset tells the two sides of an overlap
            // apart.
            micros = placement.offset(localMicros, offset.getTotalSeconds());
        } else {
            micros = own == null ? placement.local(localMicros) : placement.zoned(localMicros, own);
        }
        return timeOfDay.getNano() % NANOS_PER_MICRO == 0 ? micros : placement.finer(micros);
    }
}
