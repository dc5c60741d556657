package io.hybridingest.prepare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Coercion to double and float. They hold few numbers exactly, so what counts is whether a number comes back: the stored value, rounded to
 * as many significant digits as the number was written with, is that number. Zeros at the end are no digits of their own: tables with a fixed
 * scale are full of them. Anything else is a misfit. Immutable and safe to share between
 * threads.
 */
final class FloatCoercers {
    /** So many significant digits come back from any double, or float, that is not next to zero. */
    static final int DOUBLE_DIGITS = 15;

    static final int FLOAT_DIGITS = 6;
    private static final double EXACT_BELOW = 0x1p53;

    private final NumberReader reader;
    private final NumberCoercers numbers;

    FloatCoercers(NumberReader reader, NumberCoercers numbers) {
        this.reader = reader;
        this.numbers = numbers;
    }

    Object toDouble(Object raw, Findings findings) {
        return switch (raw) {
            case Double number -> number;
            case Integer number -> number.doubleValue();
            case Long number when Math.abs(number.doubleValue()) < EXACT_BELOW -> number.doubleValue();
            // Through its text: 0.1f is 0.1 and not 0.10000000149011612.
            case Float number -> Double.valueOf(number.toString());
            case CharSequence text -> doubleOf(text, findings);
            default -> exactDouble(raw, findings);
        };
    }

    private Object doubleOf(CharSequence text, Findings findings) {
        String plain = reader.plain(text);
        if (plain == null) {
            Double special = notFinite(text);
            return special != null ? special : numbers.notNumber(text, findings);
        }
        if (significantDigits(plain) <= DOUBLE_DIGITS) {
            double value = Double.parseDouble(plain);
            if (Math.abs(value) >= Double.MIN_NORMAL && Double.isFinite(value)) {
                return value;
            }
        }
        return exactDouble(text, findings);
    }

    private Object exactDouble(Object raw, Findings findings) {
        BigDecimal number = numbers.decimalOf(raw);
        if (number == null) {
            return numbers.notNumber(raw, findings);
        }
        double value = number.doubleValue();
        if (Double.isInfinite(value)) {
            return findings.misfit(Code.OUT_OF_RANGE, "is too large for a double", raw);
        }
        return comesBack(value, number)
                ? (Object) value
                : findings.misfit(Code.PRECISION_LOSS, "has more digits than a double holds", raw);
    }

    Object toFloat(Object raw, Findings findings) {
        return switch (raw) {
            case Float number -> number;
            case Double number when number.isNaN() || number == number.floatValue() -> number.floatValue();
            case CharSequence text -> floatOf(text, findings);
            default -> exactFloat(raw, findings);
        };
    }

    private Object floatOf(CharSequence text, Findings findings) {
        String plain = reader.plain(text);
        if (plain == null) {
            Double special = notFinite(text);
            return special != null ? (Object) special.floatValue() : numbers.notNumber(text, findings);
        }
        if (significantDigits(plain) <= FLOAT_DIGITS) {
            float value = Float.parseFloat(plain);
            if (Math.abs(value) >= Float.MIN_NORMAL && Float.isFinite(value)) {
                return value;
            }
        }
        return exactFloat(text, findings);
    }

    private Object exactFloat(Object raw, Findings findings) {
        BigDecimal number = numbers.decimalOf(raw);
        if (number == null) {
            return numbers.notNumber(raw, findings);
        }
        float value = number.floatValue();
        if (Float.isInfinite(value)) {
            return findings.misfit(Code.OUT_OF_RANGE, "is too large for a float", raw);
        }
        return comesBack(value, number)
                ? (Object) value
                : findings.misfit(Code.PRECISION_LOSS, "has more digits than a float holds", raw);
    }

    private static boolean comesBack(double stored, BigDecimal number) {
        // A float is exactly the same number as a double. Whoever wrote the number may have rounded a tie either way.
        BigDecimal exact = new BigDecimal(stored);
        BigDecimal written = number.stripTrailingZeros();
        return isRounded(exact, written, RoundingMode.HALF_UP) || isRounded(exact, written, RoundingMode.HALF_DOWN);
    }

    private static boolean isRounded(BigDecimal exact, BigDecimal number, RoundingMode mode) {
        return exact.round(new MathContext(number.precision(), mode)).compareTo(number) == 0;
    }

    /** How many digits a plain number has from the first that is not zero; without limit where it has an exponent. */
    private static int significantDigits(String plain) {
        int digits = 0;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == 'e' || c == 'E') {
                return Integer.MAX_VALUE;
            } else if (c >= '1' && c <= '9' || c == '0' && digits > 0) {
                digits++;
            }
        }
        return digits;
    }

    private static Double notFinite(CharSequence text) {
        return switch (text.toString().trim()) {
            case "NaN" -> Double.NaN;
            case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> null;
        };
    }
}
