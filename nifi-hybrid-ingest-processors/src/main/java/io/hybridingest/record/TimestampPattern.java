package io.hybridingest.record;

import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;

/**
 * One of a pipeline's timestamp patterns. Strict: the 31st of February is no date. Immutable and safe to share between threads.
 *
 * <p>A pattern whose every letter stands for one digit, such as {@code dd/MM/yyyy HH:mm:ss}, is read digit by digit: a {@link DateTimeFormatter}
 * makes a dozen objects for each text, and an exception for each that is written in another way.
 */
final class TimestampPattern {
    private static final int MICRO_DIGITS = 6;

    private final DateTimeFormatter formatter;
    private final PatternShape shape;

    private TimestampPattern(DateTimeFormatter formatter, PatternShape shape) {
        this.formatter = formatter;
        this.shape = shape;
    }

    /** @throws IllegalArgumentException where the letters are not those of {@link DateTimeFormatter} */
    static TimestampPattern of(String pattern) {
        DateTimeFormatter formatter =
                DateTimeFormatter.ofPattern(proleptic(pattern), Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);
        return new TimestampPattern(formatter, PatternShape.of(proleptic(pattern)));
    }

    /** The time, or {@link TimeFault#NOT_A_TIME} where the text is not written so, or one of the other faults. */
    long read(String text, Placement placement) {
        if (shape == null || shape.mayHaveSign(text)) {
            return CivilTime.parse(formatter, text, placement);
        }
        return shape.matches(text) ? place(text, placement) : TimeFault.NOT_A_TIME;
    }

    private long place(String text, Placement placement) {
        int year = shape.number(text, 'u', 4);
        int month = shape.number(text, 'M', 2);
        int day = shape.number(text, 'd', 2);
        if (!CivilTime.isDate(year, month, day)) {
            return TimeFault.NOT_A_TIME;
        }
        long epochDay = CivilTime.epochDay(year, month, day);
        if (!shape.has('H')) {
            return placement.day(epochDay);
        }
        int hour = shape.number(text, 'H', 2);
        int minute = shape.number(text, 'm', 2);
        int second = shape.number(text, 's', 2);
        if (!CivilTime.isTimeOfDay(hour, minute, second)) {
            return TimeFault.NOT_A_TIME;
        }
        int micro = shape.number(text, 'S', MICRO_DIGITS);
        long micros = placement.local(CivilTime.localMicros(epochDay, hour, minute, second, micro));
        return shape.isZeroAfter(text, 'S', MICRO_DIGITS) ? micros : placement.finer(micros);
    }

    /**
     * A strict formatter wants an era beside the year of the era, {@code y}, which nobody writes: the proleptic year, {@code u}, is
     * what they mean.
     */
    private static String proleptic(String pattern) {
        StringBuilder proleptic = new StringBuilder(pattern);
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            quoted ^= pattern.charAt(i) == '\'';
            if (!quoted && pattern.charAt(i) == 'y' && pattern.indexOf('G') < 0) {
                proleptic.setCharAt(i, 'u');
            }
        }
        return proleptic.toString();
    }
}
