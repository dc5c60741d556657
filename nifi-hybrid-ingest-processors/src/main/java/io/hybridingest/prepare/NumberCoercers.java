package io.hybridingest.prepare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Coercion to whole numbers and decimals. Nothing is lost in silence: what does not fit exactly is a misfit. Immutable and safe to share
 * between threads.
 */
final class NumberCoercers {
    private static final int LONG_DIGITS = 18;
    private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();
    private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    /** Doubles below it that are whole are whole numbers without doubt. */
    private static final double EXACT_BELOW = 0x1p53;

    private final NumberReader numbers;

    NumberCoercers(NumberReader numbers) {
        this.numbers = numbers;
    }

    Object toInt(Object raw, Findings findings) {
        if (raw instanceof Integer) {
            return raw;
        }
        Object value = toLong(raw, findings);
        if (!(value instanceof Long number)) {
            return value;
        }
        return number < Integer.MIN_VALUE || number > Integer.MAX_VALUE
                ? findings.misfit(Code.OUT_OF_RANGE, "is not between -2147483648 and 2147483647", raw)
                : (Object) number.intValue();
    }

    Object toLong(Object raw, Findings findings) {
        return switch (raw) {
            case Long number -> number;
            case Integer number -> number.longValue();
            case Double number when isWhole(number) -> number.longValue();
            case CharSequence text -> ofText(text, findings);
            default -> exact(decimalOf(raw), raw, findings);
        };
    }

    private static boolean isWhole(double number) {
        return Math.abs(number) < EXACT_BELOW && number == Math.rint(number);
    }

    private Object ofText(CharSequence text, Findings findings) {
        String plain = numbers.plain(text);
        if (plain != null && plain.length() <= LONG_DIGITS && isOfDigits(plain)) {
            return Long.valueOf(plain);
        }
        return exact(decimalOf(text), text, findings);
    }

    private static boolean isOfDigits(String plain) {
        for (int i = plain.startsWith("-") ? 1 : 0; i < plain.length(); i++) {
            if (plain.charAt(i) < '0' || plain.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private Object exact(BigDecimal number, Object raw, Findings findings) {
        if (number == null) {
            return notNumber(raw, findings);
        } else if (number.compareTo(LONG_MIN) < 0 || number.compareTo(LONG_MAX) > 0) {
            return findings.misfit(Code.OUT_OF_RANGE, "does not fit into 64 bits", raw);
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return findings.misfit(Code.PRECISION_LOSS, "is not a whole number", raw);
        }
    }

    /** Coercion to a decimal of the schema's precision and scale. */
    Coercer decimal(Schema schema) {
        LogicalTypes.Decimal type = (LogicalTypes.Decimal) schema.getLogicalType();
        return (raw, findings) -> toDecimal(raw, schema, type, findings);
    }

    private Object toDecimal(Object raw, Schema schema, LogicalTypes.Decimal type, Findings findings) {
        BigDecimal number = decimalOf(raw);
        if (number == null) {
            return notNumber(raw, findings);
        } else if (mayBeRounded(raw, number)) {
            return findings.misfit(
                    Code.PRECISION_LOSS,
                    "came as a floating-point number of so many digits that it may have been another decimal: put it in quotes,"
                            + " or let the Record Reader read it as a decimal",
                    raw);
        }
        // Looks at the magnitude first: setting the scale of 1e999999999 would write out every zero.
        long integerDigits = (long) number.precision() - number.scale();
        if (number.signum() != 0 && integerDigits > (long) type.getPrecision() - type.getScale()) {
            return findings.misfit(
                    Code.OUT_OF_RANGE,
                    "has more than " + (type.getPrecision() - type.getScale()) + " digits before the decimal point",
                    raw);
        }
        try {
            BigDecimal scaled =
                    number.signum() == 0 ? BigDecimal.ZERO.setScale(type.getScale()) : number.setScale(type.getScale());
            return schema.getType() == Schema.Type.FIXED
                    ? DECIMALS.toFixed(scaled, schema, type)
                    : (Object) ByteBuffer.wrap(scaled.unscaledValue().toByteArray());
        } catch (ArithmeticException e) {
            return findings.misfit(
                    Code.PRECISION_LOSS, "has more than " + type.getScale() + " digits after the decimal point", raw);
        }
    }

    /** Whoever made the floating-point number may have had a decimal of more digits than come back from it. */
    private static boolean mayBeRounded(Object raw, BigDecimal number) {
        int digits = raw instanceof Double ? FloatCoercers.DOUBLE_DIGITS : FloatCoercers.FLOAT_DIGITS;
        return (raw instanceof Double || raw instanceof Float)
                && (number.precision() > digits || (long) number.precision() - number.scale() > digits);
    }

    /** The exact value of a number or of text that is one; null for anything else. */
    BigDecimal decimalOf(Object raw) {
        try {
            return switch (raw) {
                case BigDecimal number -> number;
                case BigInteger number -> new BigDecimal(number);
                case Long number -> BigDecimal.valueOf(number);
                case Integer number -> BigDecimal.valueOf(number);
                case Number number -> new BigDecimal(number.toString());
                case CharSequence text -> {
                    String plain = numbers.plain(text);
                    yield plain == null ? null : new BigDecimal(plain);
                }
                case null, default -> null;
            };
        } catch (NumberFormatException e) {
            // NaN, infinities, and exponents of more than ten digits.
            return null;
        }
    }

    Object notNumber(Object raw, Findings findings) {
        String fault = raw instanceof CharSequence text ? numbers.fault(text) : "is not a number";
        return findings.misfit(Code.WRONG_TYPE, fault, raw);
    }
}
