package io.hybridingest.prepare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Coercion to numbers. Nothing is lost in silence: what does not fit exactly is a misfit. */
final class NumberCoercers {
    private static final int LONGEST_TEXT = 100;
    private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();
    private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private NumberCoercers() {}

    static Object toInt(Object raw, Findings findings) {
        Object value = toLong(raw, findings);
        if (!(value instanceof Long number)) {
            return value;
        }
        return number < Integer.MIN_VALUE || number > Integer.MAX_VALUE
                ? findings.misfit(Code.OUT_OF_RANGE, "is not between -2147483648 and 2147483647", raw)
                : (Object) number.intValue();
    }

    static Object toLong(Object raw, Findings findings) {
        switch (raw) {
            case Long number -> {
                return number;
            }
            case Integer number -> {
                return number.longValue();
            }
            default -> {
                // Everything else goes through its exact decimal value.
            }
        }
        BigDecimal number = decimalOf(raw);
        if (number == null) {
            return findings.misfit(Code.WRONG_TYPE, "is not a whole number", raw);
        } else if (number.compareTo(LONG_MIN) < 0 || number.compareTo(LONG_MAX) > 0) {
            return findings.misfit(Code.OUT_OF_RANGE, "does not fit into 64 bits", raw);
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return findings.misfit(Code.PRECISION_LOSS, "is not a whole number", raw);
        }
    }

    static Object toDouble(Object raw, Findings findings) {
        switch (raw) {
            case Double number -> {
                return number;
            }
            case Float number -> {
                // Through its text: 0.1f is 0.1 and not 0.10000000149011612.
                return Double.valueOf(number.toString());
            }
            case CharSequence text
            when isNotFinite(text) -> {
                return Double.valueOf(text.toString().trim());
            }
            default -> {
                // Everything else goes through its exact decimal value.
            }
        }
        BigDecimal number = decimalOf(raw);
        if (number == null) {
            return findings.misfit(Code.WRONG_TYPE, "is not a number", raw);
        }
        double value = number.doubleValue();
        if (Double.isInfinite(value)) {
            return findings.misfit(Code.OUT_OF_RANGE, "is too large for a double", raw);
        }
        boolean writtenAsWhole = number.scale() == 0;
        return writtenAsWhole && new BigDecimal(value).compareTo(number) != 0
                ? findings.misfit(Code.PRECISION_LOSS, "has more digits than a double holds", raw)
                : (Object) value;
    }

    static Object toFloat(Object raw, Findings findings) {
        if (raw instanceof Float) {
            return raw;
        }
        Object value = toDouble(raw, findings);
        if (!(value instanceof Double number)) {
            return value;
        }
        float narrowed = number.floatValue();
        return Float.isInfinite(narrowed) && !number.isInfinite()
                ? findings.misfit(Code.OUT_OF_RANGE, "is too large for a float", raw)
                : (Object) narrowed;
    }

    /** Coercion to a decimal of the schema's precision and scale. */
    static Coercer decimal(Schema schema) {
        LogicalTypes.Decimal type = (LogicalTypes.Decimal) schema.getLogicalType();
        return (raw, findings) -> toDecimal(raw, schema, type, findings);
    }

    private static Object toDecimal(Object raw, Schema schema, LogicalTypes.Decimal type, Findings findings) {
        BigDecimal number = decimalOf(raw);
        if (number == null) {
            return findings.misfit(Code.WRONG_TYPE, "is not a number", raw);
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

    /** The exact value of a number or of text that is one; null for anything else. */
    private static BigDecimal decimalOf(Object raw) {
        try {
            return switch (raw) {
                case BigDecimal number -> number;
                case BigInteger number -> new BigDecimal(number);
                case Number number -> new BigDecimal(number.toString());
                case CharSequence text
                when text.length() <= LONGEST_TEXT ->
                    new BigDecimal(text.toString().trim());
                case null, default -> null;
            };
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean isNotFinite(CharSequence text) {
        return switch (text.length() > LONGEST_TEXT ? "" : text.toString().trim()) {
            case "NaN", "Infinity", "-Infinity" -> true;
            default -> false;
        };
    }
}
