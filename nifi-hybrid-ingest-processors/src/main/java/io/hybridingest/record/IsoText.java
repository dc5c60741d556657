package io.hybridingest.record;

import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;

/**
 * Reads ISO-8601: a date, alone or with a time of day after {@code T} or a blank, which may carry an offset and a region. Stateless.
 *
 * <p>The forms that nearly all text has are read digit by digit; {@link DateTimeFormatter} makes a dozen objects for each.
 */
final class IsoText {
    private static final int DATE_LENGTH = 10;
    private static final int MINUTES_LENGTH = 16;
    private static final int SECONDS_LENGTH = 19;
    private static final int MICRO_DIGITS = 6;
    private static final int GREATEST_OFFSET = 18 * 3_600;
    private static final int UNREADABLE = Integer.MIN_VALUE;

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXX][XX][X]")
            .optionalStart()
            .appendLiteral('[')
            .parseCaseSensitive()
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);

    private IsoText() {}

    /** The time, or {@link TimeFault#NOT_A_TIME} where the text is not ISO-8601, or one of the other faults. */
    static long read(String text, Placement placement) {
        if (text.length() < DATE_LENGTH || text.charAt(4) != '-' && Character.isDigit(text.charAt(0))) {
            return TimeFault.NOT_A_TIME;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 2);
        int day = number(text, 8, 2);
        if (year < 0 || month < 0 || day < 0 || text.charAt(7) != '-') {
            return rare(text, placement);
        } else if (!CivilTime.isDate(year, month, day)) {
            return TimeFault.NOT_A_TIME;
        }
        long epochDay = CivilTime.epochDay(year, month, day);
        return text.length() == DATE_LENGTH ? placement.day(epochDay) : dateTime(text, epochDay, placement);
    }

    private static long dateTime(String text, long epochDay, Placement placement) {
        boolean hasMinutes =
                text.length() >= MINUTES_LENGTH && isMark(text.charAt(DATE_LENGTH)) && text.charAt(13) == ':';
        boolean hasSeconds = hasMinutes && text.length() >= SECONDS_LENGTH && text.charAt(MINUTES_LENGTH) == ':';
        int hour = hasMinutes ? number(text, 11, 2) : -1;
        int minute = hasMinutes ? number(text, 14, 2) : -1;
        int second = hasSeconds ? number(text, 17, 2) : 0;
        if (hour < 0 || minute < 0 || second < 0 || !CivilTime.isTimeOfDay(hour, minute, second)) {
            return rare(text, placement);
        }
        int at = hasSeconds ? SECONDS_LENGTH : MINUTES_LENGTH;
        int fractionEnd = hasSeconds ? fractionEnd(text, at) : at;
        if (fractionEnd == at + 1) {
            return TimeFault.NOT_A_TIME;
        }
        long localMicros = CivilTime.localMicros(epochDay, hour, minute, second, micros(text, at + 1, fractionEnd));
        long micros = placed(text, fractionEnd, localMicros, placement);
        return isFiner(text, at + 1, fractionEnd) ? placement.finer(micros) : micros;
    }

    private static long placed(String text, int at, long localMicros, Placement placement) {
        if (at == text.length()) {
            return placement.local(localMicros);
        }
        int offset = offset(text, at);
        return offset == UNREADABLE ? rare(text, placement) : placement.offset(localMicros, offset);
    }

    /** Years of more or less than four digits, regions, offsets with seconds, and whatever is no ISO-8601. */
    private static long rare(String text, Placement placement) {
        boolean blankBetween = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
        String iso = blankBetween ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1) : text;
        return CivilTime.parse(ISO, iso, placement);
    }

    private static boolean isMark(char c) {
        return c == 'T' || c == ' ' || c == 't';
    }

    private static int fractionEnd(String text, int at) {
        int end = at;
        if (end < text.length() && text.charAt(end) == '.') {
            end++;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
        }
        return end;
    }

    private static int micros(String text, int from, int end) {
        int micros = 0;
        for (int i = from; i < from + MICRO_DIGITS; i++) {
            micros = micros * 10 + (i < end ? text.charAt(i) - '0' : 0);
        }
        return micros;
    }

    private static boolean isFiner(String text, int from, int end) {
        for (int i = from + MICRO_DIGITS; i < end; i++) {
            if (text.charAt(i) != '0') {
                return true;
            }
        }
        return false;
    }

    /** Seconds of {@code Z}, {@code +01}, {@code +0130} or {@code +01:30} to the end of the text. */
    private static int offset(String text, int at) {
        char sign = text.charAt(at);
        int length = text.length() - at;
        if (sign == 'Z' || sign == 'z') {
            return length == 1 ? 0 : UNREADABLE;
        }
        boolean colon = length == 6 && text.charAt(at + 3) == ':';
        if (sign != '+' && sign != '-' || length != 3 && length != 5 && !colon) {
            return UNREADABLE;
        }
        int hours = number(text, at + 1, 2);
        int minutes = length == 3 ? 0 : number(text, at + length - 2, 2);
        int seconds = hours * 3_600 + minutes * 60;
        if (hours < 0 || minutes < 0 || minutes > 59 || seconds > GREATEST_OFFSET) {
            return UNREADABLE;
        }
        return sign == '-' ? -seconds : seconds;
    }

    /** The number of so many digits, -1 where one of them is none. */
    private static int number(String text, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
