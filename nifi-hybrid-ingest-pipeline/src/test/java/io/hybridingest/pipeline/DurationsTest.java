package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "15 minutes, PT15M",
        "5 seconds, PT5S",
        "1 hour, PT1H",
        "500 ms, PT0.5S",
        "2 days, PT48H",
        "1 Day, PT24H",
        "10s, PT10S",
        " 3   min , PT3M",
        "0 s, PT0S",
        "-5 minutes, PT-5M",
        "PT1H30M, PT1H30M",
        "P2D, PT48H"
    })
    void readsWhatPeopleWrite(String text, Duration expected) {
        assertThat(Durations.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "15 minutos",
                "15",
                "minutes",
                "1.5 hours",
                "5 months",
                "",
                "99999999999999999999 s",
                "9223372036854775807 days",
                "400000 days",
                "PT",
                "1 hour 30 minutes"
            })
    void refusesTheRest(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }
}
