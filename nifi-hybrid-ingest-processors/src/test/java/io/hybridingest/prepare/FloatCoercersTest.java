package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.Prepare;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FloatCoercersTest {
    private static final int NUMBERS = 20_000;

    private final NumberReader reader = new NumberReader(Prepare.Normalise.defaults());
    private final FloatCoercers floats = new FloatCoercers(reader, new NumberCoercers(reader));

    @Test
    void everyDoubleComesBackFromItsText() {
        Random random = new Random(3);
        for (int i = 0; i < NUMBERS; i++) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (!Double.isFinite(number)) {
                continue;
            }
            String seventeenDigits =
                    new BigDecimal(number).round(new MathContext(17)).toString();
            assertThat(List.of(Double.toString(number), seventeenDigits, new BigDecimal(seventeenDigits)))
                    .allSatisfy(raw -> assertThat(toDouble(raw)).isEqualTo(number));
        }
    }

    @Test
    void everyFloatComesBackFromItsTextAndAsADouble() {
        Random random = new Random(5);
        for (int i = 0; i < NUMBERS; i++) {
            float number = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(number)) {
                continue;
            }
            assertThat(List.of(Float.toString(number), (double) number, Double.parseDouble(Float.toString(number))))
                    .allSatisfy(raw -> assertThat(toFloat(raw)).isEqualTo(number));
        }
    }

    /** The short way for few digits must come to what the rule says. */
    @Test
    void holdsEveryNumberToTheRule() {
        Random random = new Random(9);
        int lost = 0;
        for (int i = 0; i < NUMBERS; i++) {
            String text = digits(random, 1 + random.nextInt(6)) + "." + digits(random, 1 + random.nextInt(14));
            BigDecimal number = new BigDecimal(text);
            assertHolds(number, Double.parseDouble(text), toDouble(text), toDouble(number));
            assertHolds(number, Float.parseFloat(text), toFloat(text), toFloat(number));
            lost += toDouble(text) == Findings.MISFIT ? 1 : 0;
        }
        assertThat(lost).isBetween(100, NUMBERS - 100);
    }

    @Test
    void losesNothingNextToZero() {
        assertThat(toDouble("4.9e-324")).isEqualTo(Double.MIN_VALUE);
        assertThat(toDouble("1.23456e-320")).isEqualTo(Findings.MISFIT);
        assertThat(toDouble("1e-400")).isEqualTo(Findings.MISFIT);
        assertThat(toFloat("0." + "0".repeat(44) + "1234")).isEqualTo(Findings.MISFIT);
        assertThat(toFloat("0." + "0".repeat(60) + "1")).isEqualTo(Findings.MISFIT);
        assertThat(toDouble("0.000")).isEqualTo(0.0);
        assertThat(toFloat("0e5")).isEqualTo(0.0f);
    }

    @Test
    void takesRealNumbersOfEveryClass() {
        assertThat(toDouble(0.1f)).isEqualTo(0.1);
        assertThat(toDouble((short) 3)).isEqualTo(3.0);
        assertThat(toDouble(Long.MAX_VALUE)).isEqualTo(Findings.MISFIT);
        assertThat(toDouble(1L << 60)).isEqualTo(0x1p60);
        assertThat(toDouble(Float.NaN)).isEqualTo(Double.NaN);
        assertThat(toFloat(Double.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(toFloat(Double.NaN)).isEqualTo(Float.NaN);
    }

    private static void assertHolds(BigDecimal number, double stored, Object... results) {
        BigDecimal exact = new BigDecimal(stored);
        int digits = number.stripTrailingZeros().precision();
        boolean fits = Stream.of(RoundingMode.HALF_UP, RoundingMode.HALF_DOWN)
                .map(mode -> exact.round(new MathContext(digits, mode)))
                .anyMatch(rounded -> rounded.compareTo(number) == 0);
        assertThat(results).allSatisfy(result -> {
            assertThat(result != Findings.MISFIT).as("%s", number).isEqualTo(fits);
            if (fits) {
                assertThat(((Number) result).doubleValue()).isEqualTo(stored);
            }
        });
    }

    private static String digits(Random random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private Object toDouble(Object raw) {
        return floats.toDouble(raw, new Findings());
    }

    private Object toFloat(Object raw) {
        return floats.toFloat(raw, new Findings());
    }
}
