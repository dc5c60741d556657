package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArgumentLineTest {
    @Test
    void splitsAtWhiteSpaceOutsideQuotes() {
        assertThat(ArgumentLine.split(" --name 'two words'  --empty \"\" --said \"it's\"\n--path=\"/a b\"/c "))
                .containsExactly("--name", "two words", "--empty", "", "--said", "it's", "--path=/a b/c");
    }

    @Test
    void findsNothingInNothing() {
        assertThat(ArgumentLine.split(null)).isEmpty();
        assertThat(ArgumentLine.split("  ")).isEmpty();
    }
}
