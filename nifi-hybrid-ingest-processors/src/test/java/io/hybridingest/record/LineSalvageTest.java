package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.testing.Readers;
import io.hybridingest.testing.Readers.CsvParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineSalvageTest {
    private static final String SCHEMA = """
            {"type": "record", "name": "Pair", "fields": [
              {"name": "a", "type": "string"}, {"name": "b", "type": ["null", "string"]}]}""";

    private final Found found = new Found();

    @Test
    void skipsRubbishBetweenJsonLines() throws IOException {
        salvage(Readers.json(SCHEMA), "{\"a\":1}\nrubbish\n{\"a\":2}\n{\"a\":3");

        assertThat(found.values("a")).containsExactly("1", "2");
        assertThat(found.indexes).containsExactly(0L, 2L);
        assertThat(found.unreadable()).isEqualTo("rubbish\n{\"a\":3");
        assertThat(found.lines).extracting(UnreadableLine::number).containsExactly(2L, 4L);
        assertThat(found.lines.getFirst().reason()).hasMessageContaining("Unrecognized token 'rubbish'");
    }

    @Test
    void givesTheSameWhereTheReaderInfersTheSchema() throws IOException {
        salvage(Readers.json(), "{\"a\":1}\nrubbish\n{\"a\":2}\n");

        assertThat(found.values("a")).containsExactly("1", "2");
        assertThat(found.unreadable()).isEqualTo("rubbish\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "42",
                "\"text\"",
                "null",
                "[]",
                "{\"a\":8}{\"a\":9}",
                "[{\"a\":8},{\"a\":9}]",
                "{\"a\":8",
                "{\"a\":8}}",
                "{\"a\":8} x",
                "\0\0\0\0",
                "{\"a\":\"\0\"}",
                "{\"a\":\"x",
                "]",
                ","
            })
    void losesNoNeighbourOfALineThatIsNoRecord(String line) throws IOException {
        salvage(Readers.json(SCHEMA), "{\"a\":1}\n{\"a\":2}\n" + line + "\n{\"a\":3}\n{\"a\":4}\n");

        assertThat(found.values("a")).containsExactly("1", "2", "3", "4");
        assertThat(found.indexes).containsExactly(0L, 1L, 3L, 4L);
        assertThat(found.unreadable()).isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "rubbish", "[]"})
    void takesNoUnreadableFirstLineForAHeader(String line) throws IOException {
        salvage(Readers.json(SCHEMA), line + "\n{\"a\":1}\n{\"a\":2}");

        assertThat(found.values("a")).containsExactly("1", "2");
        assertThat(found.unreadable()).isEqualTo(line + "\n");
        assertThat(found.lines.getFirst().header()).isEmpty();
    }

    @Test
    void leavesEmptyAndBlankLinesOut() throws IOException {
        salvage(Readers.json(SCHEMA), "\n{\"a\":1}\r\n\r\n \t\n{\"a\":2}\n!\r\n\n");

        assertThat(found.values("a")).containsExactly("1", "2");
        assertThat(found.unreadable()).isEqualTo("!\r\n");
        assertThat(found.lines.getFirst().number()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void skipsCsvLinesWhoseQuoteIsNotClosed(CsvParser parser) throws IOException {
        salvage(Readers.csv(parser), "\uFEFFa,b\r\n1,one\r\n2,\"two\r\n3,three\r\n4,\"four\" x\r\n5,five");

        assertThat(found.values("a")).containsExactly("1", "3", "5");
        assertThat(found.values("b")).containsExactly("one", "three", "five");
        assertThat(found.unreadable()).isEqualTo("\uFEFFa,b\r\n2,\"two\r\n4,\"four\" x\r\n");
        assertThat(found.indexes).containsExactly(0L, 2L, 4L);
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void knowsAHeaderThatAloneIsAJsonValue(CsvParser parser) throws IOException {
        salvage(Readers.csv(parser), "\"a\"\n1\n\"two\n3\n");

        assertThat(found.values("a")).containsExactly("1", "3");
        assertThat(found.unreadable()).isEqualTo("\"a\"\n\"two\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void skipsLinesOfCsvWithoutAHeader(CsvParser parser) throws IOException {
        salvage(Readers.csv(parser, SCHEMA), "1,one\n2,\"two\n3,three\n");

        assertThat(found.values("a")).containsExactly("1", "3");
        assertThat(found.unreadable()).isEqualTo("2,\"two\n");
    }

    @Test
    void takesALineForWhatFastCsvTakesItFor() throws IOException {
        // FastCSV closes an open quote at the end of what it is given, so that no line is unreadable.
        salvage(Readers.csv(CsvParser.FAST), "a,b\n1,one\n2,\"two\n3,three\n");

        assertThat(found.values("a")).containsExactly("1", "2", "3");
        assertThat(found.values("b")).extracting(String::strip).containsExactly("one", "two", "three");
        assertThat(found.lines).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CsvParser.class)
    void losesNothingOfValuesThatSpanLines(CsvParser parser) throws IOException {
        String content = "a,b\n1,\"one\nand a half\"\n2,two\n3,\"three\n";
        salvage(Readers.csv(parser), content);

        String everything = found.unreadable() + found.values("a") + found.values("b");
        assertThat(everything).contains("one", "and a half", "two", "three");
        assertThat(found.values("a")).contains("2");
        assertThat(found.records.size() + found.lines.size()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void findsTheOneUnreadableLineAmongTenThousand(CsvParser parser) throws IOException {
        StringBuilder content = new StringBuilder("a,b\n");
        for (int i = 0; i < 10_000; i++) {
            content.append(i).append(i == 6_543 ? ",\"x\n" : ",x\n");
        }

        salvage(Readers.csv(parser), content.toString());

        assertThat(found.records).hasSize(9_999);
        assertThat(found.values("a")).doesNotHaveDuplicates().doesNotContain("6543");
        assertThat(found.unreadable()).isEqualTo("a,b\n6543,\"x\n");
        assertThat(found.lines.getFirst().number()).isEqualTo(6_545);
        assertThat(found.indexes.getLast()).isEqualTo(9_999);
    }

    @Test
    void cutsLargeContentIntoPieces() throws IOException {
        StringBuilder content = new StringBuilder();
        String wide = "x".repeat(700_000);
        for (int i = 0; i < 5; i++) {
            content.append("{\"a\":")
                    .append(i)
                    .append(",\"b\":\"")
                    .append(wide)
                    .append("\"}\n")
                    .append("!\n");
        }

        salvage(Readers.json(SCHEMA), content.toString());

        assertThat(found.values("a")).containsExactly("0", "1", "2", "3", "4");
        assertThat(found.unreadable()).isEqualTo("!\n".repeat(5));
    }

    @Test
    void refusesALineThatIsTooLong() {
        String content = "{\"a\":1}\n{\"a\":\"" + "x".repeat(16 * 1024 * 1024) + "\"}\n";

        assertThatThrownBy(() -> salvage(Readers.json(SCHEMA), content))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessage("line 2 is longer than 16777216 bytes, too long for a line that holds one record");
    }

    @Test
    void refusesContentWhoseLinesCannotBeToldApart() {
        for (Charset charset : List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                Charset.forName("UTF-32LE"))) {
            assertThatThrownBy(() -> salvage(Readers.json(SCHEMA), "{\"a\":1}\nx\n".getBytes(charset)))
                    .as(charset.name())
                    .isInstanceOf(UnreadableContentException.class)
                    .hasMessageStartingWith("the content is UTF-16 or UTF-32");
        }
    }

    @Test
    void findsNothingInNothing() throws IOException {
        salvage(Readers.json(SCHEMA), "");
        salvage(Readers.json(SCHEMA), "\n\n");

        assertThat(found.records).isEmpty();
        assertThat(found.lines).isEmpty();
    }

    private void salvage(RecordReaderFactory factory, String content) throws IOException {
        salvage(factory, content.getBytes(StandardCharsets.UTF_8));
    }

    private void salvage(RecordReaderFactory factory, byte[] content) throws IOException {
        LineSalvage.read(new ByteArrayInputStream(content), reader(factory), found);
    }

    private LineSalvage.Reader reader(RecordReaderFactory factory) {
        MockComponentLog log = new MockComponentLog("reader", this);
        return (in, size) -> RecordInput.open(factory, Map.of(), in, size, log, false);
    }

    /** Remembers everything. */
    private static final class Found implements LineSalvage.Sink {
        private final List<Record> records = new ArrayList<>();
        private final List<Long> indexes = new ArrayList<>();
        private final List<UnreadableLine> lines = new ArrayList<>();

        @Override
        public void record(Record record, long index) {
            records.add(record);
            indexes.add(index);
        }

        @Override
        public void unreadable(UnreadableLine line) {
            lines.add(line);
        }

        List<String> values(String field) {
            return records.stream()
                    .map(record -> String.valueOf(record.getValue(field)))
                    .toList();
        }

        String unreadable() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (RecordOutput<UnreadableLine> output = UnreadableLine.format().open(out)) {
                for (UnreadableLine line : lines) {
                    output.write(line);
                }
            }
            return out.toString(StandardCharsets.UTF_8);
        }
    }
}
