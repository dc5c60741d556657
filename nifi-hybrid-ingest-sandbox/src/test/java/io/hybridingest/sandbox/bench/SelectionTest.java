package io.hybridingest.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
    @Test
    void nothingSelectsEverything() {
        assertThat(new Selection(" ").includes("route.vs-loop.flights-csv.1")).isTrue();
        assertThat(new Selection("").touches("end-to-end")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "preprocess, preprocess.vs-loop.flights-csv.100, true",
        "preprocess.vs-loop, preprocess.vs-loop, true",
        "preprocess.vs-loop.flights-csv.1, preprocess.vs-loop.flights-csv.1, true",
        "preprocess.vs-loop.flights-csv.1, preprocess.vs-loop.flights-csv.100, false",
        "preprocess.vs-loop, preprocess.vs-chain, false",
        "pre, preprocess.vs-loop, false"
    })
    void includesWhatBeginsWithItPartByPart(String prefix, String name, boolean included) {
        assertThat(new Selection(prefix).includes(name)).isEqualTo(included);
    }

    @ParameterizedTest
    @CsvSource({
        "route, route, true",
        "route.vs-loop.flights-csv, route, true",
        "route.vs-loop, preprocess, false",
        "end, end-to-end, false"
    })
    void touchesAGroupThatMayHoldWhatIsWanted(String prefix, String group, boolean touched) {
        assertThat(new Selection(prefix).touches(group)).isEqualTo(touched);
    }
}
