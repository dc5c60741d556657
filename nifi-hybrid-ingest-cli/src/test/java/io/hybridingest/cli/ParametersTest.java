package io.hybridingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
    private final Parameters parameters = new Parameters(Map.of("a.b", "x$1\\", "with space", "y", "ref", "#{a.b}"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "#{a.b}, x$1\\",
                "/#{a.b}/#{with space}, /x$1\\/y",
                "#{'with space'}, y",
                "##{a.b}, #{a.b}",
                "###{a.b}, #x$1\\",
                "####{a.b}, ##{a.b}",
                "#{other}, #{other}",
                "#{ref}, #{a.b}",
                "# {a.b}, # {a.b}",
                "#{a.b, #{a.b",
                "${a.b}, ${a.b}",
            })
    void areReplacedAsNiFiDoes(String text, String replaced) {
        assertThat(parameters.replaceIn(text)).isEqualTo(replaced);
    }
}
