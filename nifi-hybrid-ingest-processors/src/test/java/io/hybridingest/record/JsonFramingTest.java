package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFramingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "42 | 1 | 1 | 0",
                "`  \"x\\u00e9\\\"\" ` | 1 | 3 | 0",
                "{\"a\":1} 42 {\"b\":2} null | 2 | 9 | 1",
                "[{\"a\":[1,[2,{}]]}, 7.5e-1, -0, {}] | 2 | 20 | 1",
                "[[1, {\"a\":{\"b\":[]}}], [[false]]] | 2 | 3 | 0",
                "{\"a\":1}{\"b\":\"{[\"}[true,{}]\"x\"{} | 2 | 19 | 2",
            })
    void countsValuesWhereRecordsAreExpected(String content, long values, long first, long before) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        for (int chunk = 1; chunk <= bytes.length; chunk++) {
            int atOnce = chunk;
            assertThatThrownBy(() -> framing(bytes, atOnce).requireEnd(0))
                    .as("%s, %d bytes at once", content, chunk)
                    .isInstanceOfSatisfying(
                            PassedOverException.class,
                            passedOver -> assertThat(passedOver.recordsBefore()).isEqualTo(before))
                    .hasMessage(
                            "%s where a record belongs, and Record Readers pass over what follows it, too: see byte %d"
                                    .formatted(
                                            values == 1
                                                    ? "the content holds a value that is no JSON object"
                                                    : "the content holds " + values
                                                            + " values that are no JSON objects",
                                            first));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "\uFEFF",
                "[]",
                "[[], [[]]]",
                "{}",
                "\uFEFF{\"a\": [1, \"x\", null, [2, {}], true], \"b\": 0.5}\n\n[{}, [{}]]",
                // No JSON, though it begins like it.
                "[2024-01-01 12:00:00] INFO started",
                "[1] INFO started",
                "2024-01-01,1",
                "\"id\",\"name\"\n\"1\",\"x\"\n",
                "true story",
                "nullify",
                "1 2 x",
                "1{}",
                "true1",
                "[1 2]",
                "[1,]",
                "[01]",
                "[1.]",
                "[.5]",
                "[+1]",
                "[-]",
                "[1e]",
                "[NaN]",
                "[1] // that was it",
                "/* one */ 1",
                "[1, 'x']",
                "[1, \"\t\"]",
                "[1, \"\\x\"]",
                "[1, \"\\u12g4\"]",
                "[1, {\"a\":1,}]",
                "[1, {\"a\"}]",
                "[1, {a:1}]",
                "[1}",
                // JSON that breaks off is the reader's to complain about.
                "[1",
                "1 \"x",
                "1 tru",
                "1 -",
                "1 2.",
                "1 2e",
                "1 2e+",
                "1 {",
                "1 {\"a\"",
                "\uFEFF1 [",
                "]",
                "}",
                "1,2"
            })
    void staysSilent(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        for (int chunk = 1; chunk <= Math.max(1, bytes.length); chunk++) {
            int atOnce = chunk;
            assertThatCode(() -> framing(bytes, atOnce).requireEnd(0))
                    .as("%s, %d bytes at once", content, chunk)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void staysSilentOnOtherEncodings() {
        for (String encoding : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"}) {
            byte[] bytes = "[1, 2]".getBytes(Charset.forName(encoding));
            assertThatCode(() -> framing(bytes, 3).requireEnd(0)).as(encoding).doesNotThrowAnyException();
        }
    }

    @Test
    void followsAsDeepAsReadersDoAndNoDeeper() {
        assertThatThrownBy(() -> deep(1_024).requireEnd(0)).isInstanceOf(PassedOverException.class);
        assertThatCode(() -> deep(1_025).requireEnd(0)).doesNotThrowAnyException();
        assertThatCode(() -> deep(1_000_000).requireEnd(0)).doesNotThrowAnyException();
    }

    @Test
    void takesValuesThatWereReadAsRecordsForAnotherFormat() {
        byte[] column = "1\n2\n3\n".getBytes(StandardCharsets.UTF_8);

        assertThatCode(() -> framing(column, 8).requireEnd(3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> framing(column, 8).requireEnd(0)).isInstanceOf(PassedOverException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[", " \n 1", "\"", "-", "0", "t", "f", "n", "\uFEFF {", ""})
    void watchesWhatMayBeJson(String content) throws IOException {
        assertThat(mayBegin(content)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id,name", "<xml/>", "'", "/", "\u00e9", "\0{", ",", "#", "PAR1", "\uFEFF\uFEFF{", "]"})
    void leavesAloneWhatIsNoJson(String content) throws IOException {
        assertThat(mayBegin(content)).isFalse();
    }

    @Test
    void givesOutWhatItWatchesHoweverItIsRead() throws IOException {
        byte[] bytes = "{\"a\": 1}\n42\n{\"b\": 2}\n".getBytes(StandardCharsets.UTF_8);
        JsonFraming framing = new JsonFraming(new ByteArrayInputStream(bytes));
        framing.mark(100);
        assertThat(framing.readAllBytes()).isEqualTo(bytes);
        framing.reset();
        assertThat(framing.read()).isEqualTo('{');
        assertThat(framing.skip(8)).isEqualTo(8);
        assertThat(framing.skip(0)).isZero();
        framing.mark(100);
        assertThat(framing.readNBytes(3)).isEqualTo("42\n".getBytes(StandardCharsets.UTF_8));
        framing.reset();
        assertThat(framing.readAllBytes()).hasSize(bytes.length - 9).endsWith("2}\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> framing.requireEnd(1))
                .hasMessageStartingWith("the content holds a value that is no JSON object")
                .hasMessageEndingWith("see byte 10");
    }

    @Test
    void watchesWhatIsSkippedAndWhatTheReaderLeaves() throws IOException {
        JsonFraming framing = new JsonFraming(new ByteArrayInputStream("[7, {}, 8]".getBytes(StandardCharsets.UTF_8)));
        assertThat(framing.skip(3)).isEqualTo(3);

        assertThatThrownBy(() -> framing.requireEnd(0)).hasMessageStartingWith("the content holds 2 values");
    }

    private static boolean mayBegin(String content) throws IOException {
        InputStream in = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
        boolean mayBegin = JsonFraming.mayBeginIn(in);
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(content);
        return mayBegin;
    }

    private static JsonFraming deep(int levels) throws IOException {
        String content = "[".repeat(levels) + "1" + "]".repeat(levels);
        return framing(content.getBytes(StandardCharsets.UTF_8), 8_192);
    }

    /** Content of which a reader has read all, some bytes at once. */
    private static JsonFraming framing(byte[] content, int atOnce) throws IOException {
        JsonFraming framing = new JsonFraming(new ByteArrayInputStream(content));
        byte[] bytes = new byte[atOnce + 2];
        while (framing.read(bytes, 1, atOnce) > 0) {
            assertThat(bytes[0]).isZero();
        }
        return framing;
    }
}
