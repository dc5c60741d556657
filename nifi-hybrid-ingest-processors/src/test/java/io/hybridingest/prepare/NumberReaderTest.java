package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Prepare.DecimalPoint;
import io.hybridingest.pipeline.Prepare.Grouping;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberReaderTest {
    private static final String NONE = "-";

    /** Each number under each grouping: UNAMBIGUOUS, NONE, COMMA, SPACE, APOSTROPHE; {@code -} is no number, {@code ?} could be two. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '"',
            value = {
                "1            | 1          | 1    | 1          | 1          | 1",
                "-1.50        | -1.50      | -1.50| -1.50      | -1.50      | -1.50",
                "+.5          | +.5        | +.5  | +.5        | +.5        | +.5",
                "1.           | 1.         | 1.   | 1.         | 1.         | 1.",
                "1.5e3        | 1.5e3      | 1.5e3| 1.5e3      | 1.5e3      | 1.5e3",
                "1,5          | -          | -    | -          | -          | -",
                "1,234        | ?          | -    | 1234       | -          | -",
                "-1,234       | ?          | -    | -1234      | -          | -",
                "0,123        | -          | -    | -          | -          | -",
                "1,234.50     | 1234.50    | -    | 1234.50    | -          | -",
                "1,234.       | 1234.      | -    | 1234.      | -          | -",
                "1,234,567    | 1234567    | -    | 1234567    | -          | -",
                "+12,345,678.9| +12345678.9| -    | +12345678.9| -          | -",
                "1234,567     | -          | -    | -          | -          | -",
                "12,34,567    | -          | -    | -          | -          | -",
                "1,23         | -          | -    | -          | -          | -",
                "1,,234       | -          | -    | -          | -          | -",
                ",234         | -          | -    | -          | -          | -",
                "1,234,       | -          | -    | -          | -          | -",
                "1,234e2      | -          | -    | -          | -          | -",
                "1.234,50     | -          | -    | -          | -          | -",
                "1.234.567    | -          | -    | -          | -          | -",
                "1.5,000      | -          | -    | -          | -          | -",
                "1 234.5      | -          | -    | -          | 1234.5     | -",
                "1 234 567    | -          | -    | -          | 1234567    | -",
                "1  234       | -          | -    | -          | -          | -",
                "1'234.5      | -          | -    | -          | -          | 1234.5",
                "1\u2019234   | -          | -    | -          | -          | 1234",
                "0x10         | -          | -    | -          | -          | -",
                "12%          | -          | -    | -          | -          | -",
                "€5           | -          | -    | -          | -          | -",
                "(5)          | -          | -    | -          | -          | -",
                "5-           | -          | -    | -          | -          | -",
                "- 5          | -          | -    | -          | -          | -",
                "--5          | -          | -    | -          | -          | -",
                "1e           | -          | -    | -          | -          | -",
                ".            | -          | -    | -          | -          | -",
                "\u0661       | -          | -    | -          | -          | -",
                "NaN          | -          | -    | -          | -          | -"
            })
    void readsNumbersWithADecimalPoint(
            String text, String unambiguous, String none, String comma, String space, String apostrophe) {
        assertReads(text, DecimalPoint.POINT, Grouping.UNAMBIGUOUS, unambiguous);
        assertReads(text, DecimalPoint.POINT, Grouping.NONE, none);
        assertReads(text, DecimalPoint.POINT, Grouping.COMMA, comma);
        assertReads(text, DecimalPoint.POINT, Grouping.SPACE, space);
        assertReads(text, DecimalPoint.POINT, Grouping.APOSTROPHE, apostrophe);
    }

    /** As above, with POINT in the place of COMMA. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '"',
            value = {
                "1            | 1          | 1    | 1          | 1          | 1",
                "-1,50        | -1.50      | -1.50| -1.50      | -1.50      | -1.50",
                ",5           | .5         | .5   | .5         | .5         | .5",
                "1,5e3        | 1.5e3      | 1.5e3| 1.5e3      | 1.5e3      | 1.5e3",
                "1.5          | -          | -    | -          | -          | -",
                "15.0         | -          | -    | -          | -          | -",
                "1.234        | ?          | -    | 1234       | -          | -",
                "1,234        | 1.234      | 1.234| 1.234      | 1.234      | 1.234",
                "0.123        | -          | -    | -          | -          | -",
                "1.234,50     | 1234.50    | -    | 1234.50    | -          | -",
                "1.234.567    | 1234567    | -    | 1234567    | -          | -",
                "1,234.50     | -          | -    | -          | -          | -",
                "1,234,567    | -          | -    | -          | -          | -",
                "1 234,5      | -          | -    | -          | 1234.5     | -",
                "1 234.5      | -          | -    | -          | -          | -",
                "1'234,5      | -          | -    | -          | -          | 1234.5"
            })
    void readsNumbersWithADecimalComma(
            String text, String unambiguous, String none, String point, String space, String apostrophe) {
        assertReads(text, DecimalPoint.COMMA, Grouping.UNAMBIGUOUS, unambiguous);
        assertReads(text, DecimalPoint.COMMA, Grouping.NONE, none);
        assertReads(text, DecimalPoint.COMMA, Grouping.POINT, point);
        assertReads(text, DecimalPoint.COMMA, Grouping.SPACE, space);
        assertReads(text, DecimalPoint.COMMA, Grouping.APOSTROPHE, apostrophe);
    }

    @Test
    void takesSpacesOfEveryKindBetweenThousandsAndAround() {
        NumberReader reader = reader(DecimalPoint.COMMA, Grouping.SPACE);

        for (String space : List.of(" ", "\u00a0", "\u202f", "\u2009")) {
            assertThat(reader.plain("1" + space + "234" + space + "567,5")).isEqualTo("1234567.5");
            assertThat(reader.plain(space + "5" + space)).isEqualTo("5");
        }
        assertThat(reader.plain("1\t234")).isNull();
    }

    @Test
    void saysWhatIsWrongWithoutQuotingTheText() {
        NumberReader reader = reader(DecimalPoint.POINT, Grouping.UNAMBIGUOUS);

        assertThat(reader.fault("1,234"))
                .isEqualTo("is one number where its mark stands between thousands, and another where it is the decimal"
                        + " point: set prepare.normalise.grouping or prepare.normalise.decimal-point");
        assertThat(reader.fault("1,5"))
                .isEqualTo("is not a number as the pipeline writes them: see prepare.normalise.decimal-point and"
                        + " prepare.normalise.grouping");
        assertThat(reader.fault("twelve")).isEqualTo("is not a number");
        assertThat(reader.fault("5,".repeat(100))).isEqualTo("is not a number");
    }

    @Test
    void refusesOneMarkForBoth() {
        assertThatThrownBy(() -> reader(DecimalPoint.COMMA, Grouping.COMMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Change prepare.normalise.grouping");
    }

    private static void assertReads(String text, DecimalPoint point, Grouping grouping, String expected) {
        NumberReader reader = reader(point, grouping);
        boolean ambiguous = expected.equals("?");
        assertThat(reader.plain(text))
                .as("%s with %s and %s", text, point, grouping)
                .isEqualTo(ambiguous || expected.equals(NONE) ? null : expected);
        if (ambiguous) {
            assertThat(reader.fault(text)).contains("is one number").contains("set prepare.normalise.grouping");
        }
    }

    private static NumberReader reader(DecimalPoint point, Grouping grouping) {
        return new NumberReader(
                new Prepare.Normalise(ZoneOffset.UTC, List.of(), point, grouping, Prepare.ExcessPrecision.REJECT));
    }
}
