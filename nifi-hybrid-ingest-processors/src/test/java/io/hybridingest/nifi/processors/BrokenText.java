package io.hybridingest.nifi.processors;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Text that something went wrong with on the way, for the pipeline {@code Pipelines.PAYMENTS}. */
final class BrokenText {
    static final String HEADER = "payment_id,seq,acct,amount,paid_at\n";
    static final String ROW = "p1,1,A-1,12.30,2024-01-31T12:00:00Z\n";

    private static final int MANY = 100_000;

    private BrokenText() {}

    /**
     * Contents that go wrong in the same way.
     *
     * @param name what is wrong with them
     * @param records how many records come out of each that does not fail; empty where that is open
     */
    record Broken(String name, List<byte[]> contents, OptionalInt records) {
        Broken(String name, List<byte[]> contents) {
            this(name, contents, OptionalInt.empty());
        }

        static Broken of(String name, String content) {
            return new Broken(name, List.of(utf8(content)));
        }

        static Broken of(String name, byte[] content) {
            return new Broken(name, List.of(content));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Broken> json() {
        String one = object("seq", "1");
        return Stream.of(
                        whatNoFormatLikes(),
                        encodings("[" + one + "]"),
                        shapes(one),
                        jsonValues(),
                        Stream.of(
                                truncated("a JSON array", "[" + one + "," + one + "]"),
                                truncated("JSON lines", one + "\n" + one + "\n")))
                .flatMap(cases -> cases);
    }

    static Stream<Broken> csv() {
        return Stream.of(
                        whatNoFormatLikes(),
                        encodings(HEADER + ROW),
                        csvShapes(),
                        Stream.of(truncated("CSV", HEADER + "p1,1,\"A, 1\",12.30,2024-01-31T12:00:00Z\n" + ROW)))
                .flatMap(cases -> cases);
    }

    private static Stream<Broken> whatNoFormatLikes() {
        return Stream.of(
                Broken.of("empty", ""),
                Broken.of("white space only", " \r\n\t \n"),
                Broken.of("a byte order mark only", "\uFEFF"),
                Broken.of("NUL bytes only", new byte[4096]),
                new Broken("random bytes", RandomBytes.several(30, 2_000)),
                Broken.of("a ZIP file", RandomBytes.zip(utf8(HEADER + ROW))),
                Broken.of("a GZIP file", RandomBytes.gzip(utf8(HEADER + ROW))),
                Broken.of("one line of 16 MB", "x".repeat(16 << 20)));
    }

    private static Stream<Broken> encodings(String content) {
        String accented = content.replace("A-1", "Ñandú, 5 €");
        return Stream.of(
                Broken.of("UTF-8 with byte order mark", "\uFEFF" + content),
                Broken.of("UTF-16 with byte order mark", content.getBytes(StandardCharsets.UTF_16)),
                Broken.of("UTF-16 without byte order mark", content.getBytes(StandardCharsets.UTF_16LE)),
                Broken.of("Windows-1252 read as UTF-8", accented.getBytes(Charset.forName("windows-1252"))),
                Broken.of("NUL bytes between", content.replace("A-1", "A\u0000\u00001")),
                Broken.of("a lone surrogate", content.replace("A-1", "A\uD83D1")));
    }

    private static Stream<Broken> shapes(String one) {
        return Stream.of(
                Broken.of("a number at the top", "42"),
                Broken.of("a text at the top", "\"payment\""),
                Broken.of("true at the top", "true"),
                Broken.of("null at the top", "null"),
                Broken.of("an array of numbers", "[1, 2, 3]"),
                Broken.of("an array of nulls", "[null, null]"),
                Broken.of("an array of arrays", "[[" + one + "]]"),
                Broken.of("a record, and a number after it", "[" + one + ", 7]"),
                Broken.of("an empty object", "{}"),
                Broken.of("an empty array", "[]"),
                Broken.of("a comma too many", "[" + one + ",]"),
                Broken.of("garbage behind", "[" + one + "] and so on"),
                Broken.of("duplicate keys", object("seq\": 2, \"seq", "1")),
                Broken.of("a comment", "/* one */ [" + one + "]"),
                Broken.of("single quotes", one.replace('"', '\'')),
                Broken.of("an empty name", object("", "1")),
                Broken.of("names that differ in case", object("SEQ", "1")),
                Broken.of("100,000 columns", wideObject()),
                Broken.of("1,000 records of a column of their own each", jsonOfManySchemas()));
    }

    private static Stream<Broken> jsonValues() {
        return Stream.of(
                value("NaN"),
                value("Infinity"),
                value("-Infinity"),
                value("1e999999"),
                value("1e2147483647"),
                value("1e-2147483648"),
                value("0x1F"),
                value("01"),
                value("\"\\uD83D\""),
                value("\"\\u0000\""),
                value("{\"seq\": 1}"),
                value("[1, \"a\", {}]"),
                Broken.of("a number of 10,000 digits", object("amount", "9".repeat(10_000))),
                Broken.of("a fraction of 10,000 digits", object("amount", "0." + "1".repeat(10_000))),
                Broken.of("an epoch of 400 digits", object("paid_at", "9".repeat(400))),
                Broken.of("a text of 1 MB", object("acct", "\"" + "x".repeat(1 << 20) + "\"")),
                Broken.of("a text of 1 MB where a number belongs", object("amount", "\"" + "9".repeat(1 << 20) + "\"")),
                Broken.of("50 levels of objects", object("deep", nested(50, "{\"a\":", "}"))),
                Broken.of("50 levels of arrays", object("deep", nested(50, "[", "]"))),
                Broken.of("5,000 levels of objects", object("deep", nested(5_000, "{\"a\":", "}"))),
                Broken.of("5,000 levels of arrays", object("deep", nested(5_000, "[", "]"))),
                Broken.of("5,000 levels of arrays that never close", "[".repeat(5_000)));
    }

    private static Stream<Broken> csvShapes() {
        String columns =
                String.join(",", IntStream.range(0, MANY).mapToObj(i -> "c" + i).toList());
        return Stream.of(
                Broken.of("a header only", HEADER),
                Broken.of("a header without an end of line", HEADER.strip()),
                Broken.of("100,000 columns", columns + "\n" + columns + "\n"),
                Broken.of("100,000 columns in a row, 5 in the header", HEADER + columns + "\n"),
                Broken.of("duplicate columns", "payment_id,seq,seq\np1,1,2\n"),
                Broken.of("columns without a name", ",,\np1,1,2\n"),
                Broken.of("fewer values than columns", HEADER + "p1,1\n" + ROW),
                Broken.of("an unclosed quote", HEADER + "p1,1,\"A-1,12.30,2024-01-31T12:00:00Z\n" + ROW.repeat(1_000)),
                Broken.of("text behind a closing quote", HEADER + "p1,1,\"A\"1,12.30,2024-01-31T12:00:00Z\n"),
                Broken.of("another separator", (HEADER + ROW).replace(',', ';')),
                Broken.of("line ends of the old Macintosh", (HEADER + ROW).replace('\n', '\r')),
                Broken.of("a field of 1 MB", HEADER + ROW.replace("A-1", "x".repeat(1 << 20))),
                Broken.of("numbers of 10,000 digits", HEADER + ROW.replace("12.30", "9".repeat(10_000))),
                Broken.of("1e999999", HEADER + ROW.replace("12.30", "1e999999").replace(",1,", ",1e999999,")),
                Broken.of("NaN", HEADER + ROW.replace("12.30", "NaN").replace(",1,", ",NaN,")),
                Broken.of("blank lines", "\n\n" + HEADER + "\n\n" + ROW + "\n\n"),
                Broken.of("JSON", object("seq", "1")));
    }

    private static Broken value(String json) {
        return new Broken(
                json + " as a value",
                Stream.of("seq", "acct", "amount", "paid_at", "cc", "unknown")
                        .map(field -> utf8(object(field, json)))
                        .toList());
    }

    private static Broken truncated(String what, String whole) {
        byte[] bytes = utf8(whole);
        return new Broken(
                what + " cut off at every byte",
                IntStream.range(0, bytes.length)
                        .mapToObj(end -> Arrays.copyOf(bytes, end))
                        .toList());
    }

    private static String object(String field, String json) {
        List<String> fields = new ArrayList<>(List.of(
                "\"payment_id\": \"p1\"",
                "\"seq\": 1",
                "\"acct\": \"A-1\"",
                "\"amount\": 12.3",
                "\"paid_at\": 1706702400000"));
        String replaced = "\"" + field + "\":";
        fields.removeIf(known -> known.startsWith(replaced));
        fields.add(replaced + " " + json);
        return "{" + String.join(", ", fields) + "}";
    }

    private static String nested(int levels, String opening, String closing) {
        return opening.repeat(levels) + "1" + closing.repeat(levels);
    }

    private static String wideObject() {
        return "{"
                + String.join(
                        ",",
                        IntStream.range(0, MANY)
                                .mapToObj(i -> "\"c" + i + "\":" + i)
                                .toList())
                + "}";
    }

    /** A reader that infers the schema finds as many columns as there are records. */
    private static String jsonOfManySchemas() {
        return String.join(
                "\n",
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "{\"c" + i + "\":" + i + "}")
                        .toList());
    }

    static byte[] utf8(String text) {
        ByteBuffer buffer = StandardCharsets.UTF_8.encode(text);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
