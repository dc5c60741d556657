package io.hybridingest.record;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers since 1970-01-01T00:00Z, whose unit follows from their magnitude. Stateless. */
final class EpochNumber {
    private static final long SECONDS_BELOW = 100_000_000_000L;
    private static final long MILLIS_BELOW = SECONDS_BELOW * 1_000L;
    private static final long MICROS_BELOW = MILLIS_BELOW * 1_000L;
    private static final int LONG_DIGITS = 18;
    private static final int MOST_DIGITS = 19;
    private static final int MOST_DECIMALS = 1_000;
    private static final int LONGEST_TEXT = 80;
    private static final int EIGHT_DIGITS = 8;

    private EpochNumber() {}

    /** Whether text is written in digits, with a sign or a decimal point at the most. */
    static boolean isWrittenIn(String text) {
        boolean digits = false;
        int points = 0;
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits |= c >= '0' && c <= '9';
            points += c == '.' ? 1 : 0;
            if (c != '.' && (c < '0' || c > '9') || points > 1) {
                return false;
            }
        }
        return digits;
    }

    /** Microseconds of text that {@link #isWrittenIn} digits, or a {@link TimeFault}. */
    static long micros(String text, Placement placement) {
        boolean whole = text.indexOf('.') < 0;
        if (text.length() > LONGEST_TEXT || whole && text.length() == EIGHT_DIGITS && text.charAt(0) != '-') {
            return TimeFault.NOT_A_TIME;
        }
        return whole && text.length() <= LONG_DIGITS
                ? micros(Long.parseLong(text), placement)
                : micros(new BigDecimal(text), placement);
    }

    /** Microseconds of a number, or a {@link TimeFault}. */
    static long micros(Number number, Placement placement) {
        return switch (number) {
            case Long whole -> micros(whole.longValue(), placement);
            case Integer whole -> micros(whole.longValue(), placement);
            case BigDecimal decimal -> micros(decimal, placement);
            case Double ignored when !Double.isFinite(number.doubleValue()) -> TimeFault.NOT_A_TIME;
            case Float ignored when !Float.isFinite(number.floatValue()) -> TimeFault.NOT_A_TIME;
            default -> micros(new BigDecimal(number.toString()), placement);
        };
    }

    private static long micros(long number, Placement placement) {
        if (isWithin(number, SECONDS_BELOW)) {
            return number * Placement.MICROS_PER_SECOND;
        } else if (isWithin(number, MILLIS_BELOW)) {
            return number * 1_000L;
        } else if (isWithin(number, MICROS_BELOW)) {
            return number;
        }
        long micros = Math.floorDiv(number, 1_000L);
        return Math.floorMod(number, 1_000L) == 0 ? micros : placement.finer(micros);
    }

    private static boolean isWithin(long number, long limit) {
        return number > -limit && number < limit;
    }

    private static long micros(BigDecimal number, Placement placement) {
        // Looks at the size first: rounding 1e999999999 or 1e-999999999 would write out every zero.
        if ((long) number.precision() - number.scale() > MOST_DIGITS || number.scale() > MOST_DECIMALS) {
            return TimeFault.NOT_A_TIME;
        }
        BigDecimal micros = inMicros(number);
        long whole = micros.setScale(0, RoundingMode.FLOOR).longValueExact();
        return micros.compareTo(BigDecimal.valueOf(whole)) == 0 ? whole : placement.finer(whole);
    }

    private static BigDecimal inMicros(BigDecimal number) {
        BigDecimal magnitude = number.abs();
        if (magnitude.compareTo(BigDecimal.valueOf(SECONDS_BELOW)) < 0) {
            return number.movePointRight(6);
        } else if (magnitude.compareTo(BigDecimal.valueOf(MILLIS_BELOW)) < 0) {
            return number.movePointRight(3);
        } else if (magnitude.compareTo(BigDecimal.valueOf(MICROS_BELOW)) < 0) {
            return number;
        }
        return number.movePointLeft(3);
    }
}
