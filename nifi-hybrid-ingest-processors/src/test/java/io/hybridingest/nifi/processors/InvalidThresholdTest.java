package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidThresholdTest {
    @Test
    void isExceededByMoreThanTheShare() {
        InvalidThreshold threshold = InvalidThreshold.of("20 %", 1);

        assertThat(threshold.isExceeded(1, 5)).isFalse();
        assertThat(threshold.isExceeded(2, 9)).isTrue();
        assertThat(threshold.isExceeded(0, 0)).isFalse();
    }

    @Test
    void countsExactly() {
        InvalidThreshold threshold = InvalidThreshold.of("0.1 %", 1);

        assertThat(threshold.isExceeded(1_000_000_000L, 1_000_000_000_000L)).isFalse();
        assertThat(threshold.isExceeded(1_000_000_001L, 1_000_000_000_000L)).isTrue();
    }

    @Test
    void ofNothingIsExceededByOne() {
        assertThat(InvalidThreshold.of("0%", 1).isExceeded(1, 1_000_000)).isTrue();
        assertThat(InvalidThreshold.of("0%", 1).isExceeded(0, 1_000_000)).isFalse();
    }

    @Test
    void doesNotApplyToFewRecords() {
        InvalidThreshold threshold = InvalidThreshold.of("20 %", 10);

        assertThat(threshold.isExceeded(9, 9)).isFalse();
        assertThat(threshold.isExceeded(3, 10)).isTrue();
    }

    @Test
    void thatIsNoneIsNeverExceeded() {
        assertThat(InvalidThreshold.NONE.isExceeded(1, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 %", "20 %", "20%", " 99.5 % ", "100 %", "007 %"})
    void acceptsPercentages(String text) {
        assertThat(InvalidThreshold.VALIDATOR
                        .validate("Invalid Threshold", text, null)
                        .isValid())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "0.2", "-1 %", "101 %", "100.1 %", "20 percent", "1e1 %", "% 20", "2 0 %"})
    void refusesEverythingElse(String text) {
        assertThat(InvalidThreshold.VALIDATOR.validate("Invalid Threshold", text, null))
                .satisfies(result -> {
                    assertThat(result.isValid()).isFalse();
                    assertThat(result.getExplanation())
                            .isEqualTo("it must be a percentage from 0 % to 100 %, such as '20 %' or '0.5 %'");
                });
        assertThatThrownBy(() -> InvalidThreshold.of(text, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
