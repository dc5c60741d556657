package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Jackson, which NiFi's readers read with, says what is JSON and what is in it. */
class JsonValuesPropertyTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    private static final List<String> SPACES = List.of(" ", "\n", "\r\n\t", "  ");
    private static final List<String> COMMAS = List.of(",", ", ", " ,\n");
    private static final List<String> COLONS = List.of(":", ": ", " :\n");
    private static final List<String> SCALARS =
            List.of("true", "false", "null", "0", "-0.0", "1E+5", "\"\"", "\"\\\"\"", "\"\\uD83D\\n\"", "\"{[,:\"");

    /** What content holds where records are expected. */
    private record Verdict(long objects, long others, long firstOther) {}

    /** Made from one seed each: nested arbitraries of jqwik grow without bound. */
    @Provide
    Arbitrary<String> contents() {
        return Arbitraries.longs().map(seed -> content(new Random(seed)));
    }

    /** Bytes as JSON has them, in any order. */
    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        " ",
                        "\n",
                        "\"",
                        "\"a\"",
                        "\"a\":",
                        "\\",
                        "\\u00e9",
                        "0",
                        "1",
                        "12",
                        "-",
                        ".",
                        "e",
                        "E+",
                        "true",
                        "false",
                        "null",
                        "t",
                        "{}",
                        "[]",
                        "{\"a\":1}",
                        "\u20ac",
                        "\t",
                        "/",
                        "NaN",
                        "\u0001")
                .list()
                .ofMaxSize(14)
                .map(tokens -> String.join("", tokens));
    }

    @Property(tries = 2_000)
    void findsWhatJacksonFinds(@ForAll("contents") String content, @ForAll @IntRange(min = 1, max = 200) int atOnce) {
        assertThat(verdict(content, atOnce)).as(content).isPresent().isEqualTo(jackson(content));
    }

    @Property(tries = 10_000)
    void takesForJsonWhatJacksonTakesForIt(
            @ForAll("tokens") String content, @ForAll @IntRange(min = 1, max = 20) int atOnce) {
        Optional<Verdict> jackson = jackson(content);

        assertThat(verdict(content, atOnce)).as(content).isEqualTo(jackson);
    }

    @Property(tries = 3_000)
    void takesForJsonWhatJacksonTakesForItWhereSomethingIsDamaged(
            @ForAll("contents") String content,
            @ForAll @Size(max = 2) List<@IntRange(min = 0, max = 1_000) Integer> places,
            @ForAll @IntRange(min = 1, max = 126) int character) {
        StringBuilder damaged = new StringBuilder(content);
        places.stream()
                .filter(place -> place < damaged.length())
                .forEach(place -> damaged.setCharAt(place, (char) character));

        assertThat(verdict(damaged.toString(), 64)).as(damaged.toString()).isEqualTo(jackson(damaged.toString()));
    }

    @Property(tries = 3_000)
    void followsWhateverBytesThereAre(@ForAll byte[] bytes, @ForAll("contents") String before) {
        JsonValues values = new JsonValues();
        byte[] json = before.getBytes(StandardCharsets.UTF_8);

        values.follow(json, 0, json.length);
        values.follow(bytes, 0, bytes.length);

        assertThat(values.isStopped() && values.isWhole()).isFalse();
    }

    private static String content(Random random) {
        StringBuilder content = new StringBuilder();
        for (int values = random.nextInt(7); values > 0; values--) {
            appendValue(content, random, 3);
            content.append(one(random, SPACES));
        }
        return content.toString();
    }

    private static void appendValue(StringBuilder json, Random random, int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(7);
        if (kind < 2) {
            json.append(scalar(random));
            return;
        }
        boolean object = kind < 5;
        String comma = one(random, COMMAS);
        String name = "\"n\"" + one(random, COLONS);
        json.append(object ? '{' : '[');
        for (int member = 0, members = random.nextInt(4); member < members; member++) {
            json.append(member == 0 ? "" : comma).append(object ? name : "");
            appendValue(json, random, depth - 1);
        }
        json.append(object ? '}' : ']');
    }

    private static String scalar(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> Double.toString(random.nextGaussian() * 1e12);
            case 2 ->
                random.ints(random.nextInt(21), '#', '[' + 1)
                        .mapToObj(c -> c == '$' ? "\u20ac" : c == '%' ? "\u00e9" : Character.toString(c))
                        .collect(Collectors.joining("", "\"", "\""));
            default -> one(random, SCALARS);
        };
    }

    private static String one(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static Optional<Verdict> verdict(String content, int atOnce) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        JsonValues values = new JsonValues();
        for (int at = 0; at < bytes.length; at += atOnce) {
            values.follow(bytes, at, Math.min(bytes.length, at + atOnce));
        }
        return values.isWhole()
                ? Optional.of(new Verdict(values.objects(), values.passedOver(), values.firstPassedOver()))
                : Optional.empty();
    }

    private static Optional<Verdict> jackson(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = JACKSON.createParser(bytes)) {
            long objects = 0;
            long others = 0;
            long first = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    objects += depth == 0 ? 1 : 0;
                    depth++;
                } else if (token == JsonToken.END_OBJECT) {
                    depth--;
                } else if (token.isScalarValue() && depth == 0) {
                    first = others++ == 0 ? parser.currentTokenLocation().getByteOffset() + 1 : first;
                }
            }
            return Optional.of(new Verdict(objects, others, first));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
