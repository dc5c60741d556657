package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IngestIdTest {
    private static final Path VECTORS = Path.of("..", "docs", "ingest-id-vectors.json");

    @TestFactory
    List<DynamicTest> valuesHaveTheirPublishedIds() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors().get("values")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                List<Object> values = list(vector.get("values"));
                assertThat(IngestId.encode(values)).isEqualTo(encoded(vector));
                assertThat(IngestId.ofValues(values)).isEqualTo(vector.get("id").asText());
            }));
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests;
    }

    /** Digits are written nine at a time. */
    @Test
    void wholeNumbersHaveTheirDecimalDigits() {
        long[] bounds = {0, 9, 999_999_999L, 1_000_000_000L, 1_000_000_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE
        };
        for (long bound : bounds) {
            for (long near = -1; near <= 1; near++) {
                for (long number : new long[] {bound + near, -(bound + near)}) {
                    String digits = Long.toString(number);
                    String value = "i" + digits.length() + ":" + digits;
                    assertThat(IngestId.encode(List.of(number)))
                            .asString(StandardCharsets.US_ASCII)
                            .isEqualTo("l" + value.length() + ":" + value);
                }
            }
        }
    }

    @Test
    void positionsHaveTheirPublishedIds() throws IOException {
        JsonNode positions = vectors().get("positions");
        assertThat(positions).isNotEmpty().allSatisfy(vector -> assertThat(IngestId.ofPosition(
                        vector.get("flowFile").asText(), vector.get("index").asLong()))
                .isEqualTo(vector.get("id").asText()));
    }

    @Test
    void contentsHaveTheirPublishedIds() throws IOException {
        JsonNode contents = vectors().get("contents");
        assertThat(contents).isNotEmpty().allSatisfy(vector -> assertThat(IngestId.ofContent(
                        HexFormat.of().parseHex(vector.get("contentHex").asText())))
                .isEqualTo(vector.get("id").asText()));
    }

    @Test
    void otherTypesOfTheSameValueAreTheSameIdentity() {
        assertThat(ids((byte) 7, (short) 7, 7, 7L, BigInteger.valueOf(7))).containsOnly(id(7));
        assertThat(ids("Ab", new StringBuilder("Ab"))).containsOnly(id("Ab"));
        assertThat(ids(new byte[] {1, 2}, ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2)))
                .containsOnly(id(new byte[] {1, 2}));
        assertThat(ids(new BigDecimal("100"), new BigDecimal("1E2"), new BigDecimal("100.00")))
                .containsOnly(id(new BigDecimal("100")));
        assertThat(ids(0.5f, 0.5d)).containsOnly(id(0.5));
    }

    @Test
    void differentValuesAreDifferentIdentities() {
        assertThat(ids(
                        null,
                        "",
                        "null",
                        0,
                        false,
                        0.0,
                        BigDecimal.ZERO,
                        new byte[0],
                        Instant.EPOCH,
                        LocalDate.EPOCH,
                        List.of(),
                        Map.of()))
                .doesNotHaveDuplicates();
        assertThat(IngestId.ofValues(List.of("f", 1L))).isNotEqualTo(IngestId.ofPosition("f", 1));
    }

    @Test
    void leavesABufferAsItWas() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3});
        IngestId.ofValues(List.of(buffer));
        assertThat(buffer.remaining()).isEqualTo(3);
    }

    @Test
    void textsOfEveryLengthHaveTheirLengthBeforeThem() {
        for (int length = 0; length < 1_200; length++) {
            String text = "x".repeat(length);
            String inner = "s" + length + ":" + text;
            String list = "l" + inner.length() + ":" + inner;
            String both = inner + list;
            assertThat(new String(IngestId.encode(List.of(text, List.of(text))), StandardCharsets.UTF_8))
                    .isEqualTo("l" + both.length() + ":" + both);
        }
    }

    @Test
    void halfACharacterIsAQuestionMark() {
        assertThat(id("\ud83d")).isEqualTo(id("?"));
        assertThat(id("a\ude00b")).isEqualTo(id("a?b"));
    }

    @Test
    void anIdDoesNotDependOnWhatTheThreadDidBefore() {
        String id = id("P-1");
        id("x".repeat(1_000_000));
        assertThat(id("P-1")).isEqualTo(id);
        assertThatThrownBy(() -> IngestId.ofValues(List.of("later", new Object(), "sooner")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(id("P-1")).isEqualTo(id);
        IngestId.ofContent(new byte[] {1, 2, 3});
        assertThat(id("P-1")).isEqualTo(id);
    }

    @Test
    void manyThreadsComputeTheSameIdsAsOne() {
        List<List<Object>> records = IntStream.range(0, 20_000)
                .mapToObj(i -> List.<Object>of("P-" + i, i, List.of("x".repeat(i % 700))))
                .toList();
        List<String> byOne = records.stream().map(IngestId::ofValues).toList();
        List<String> byMany = records.parallelStream().map(IngestId::ofValues).toList();
        assertThat(byOne).doesNotHaveDuplicates();
        assertThat(byMany).isEqualTo(byOne);
    }

    @Test
    void refusesTypesThatItCannotEncode() {
        assertThatThrownBy(() -> IngestId.ofValues(List.of(new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A value of java.lang.Object cannot be part of an identity; convert it first");
    }

    private static String id(Object value) {
        return IngestId.ofValues(Arrays.asList(value));
    }

    private static List<String> ids(Object... values) {
        return Arrays.stream(values).map(IngestIdTest::id).toList();
    }

    private static JsonNode vectors() throws IOException {
        return new ObjectMapper().readTree(Files.readString(VECTORS));
    }

    private static byte[] encoded(JsonNode vector) {
        return vector.has("encoded")
                ? vector.get("encoded").asText().getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(vector.get("encodedHex").asText());
    }

    private static List<Object> list(JsonNode nodes) {
        List<Object> values = new ArrayList<>();
        nodes.forEach(node -> values.add(value(node)));
        return values;
    }

    private static Object value(JsonNode node) {
        JsonNode value = node.path("value");
        return switch (node.get("type").asText()) {
            case "null" -> null;
            case "string", "enum", "uuid" -> value.asText();
            case "boolean" -> value.asBoolean();
            case "int" -> Integer.valueOf(value.asText());
            case "long" -> Long.valueOf(value.asText());
            case "float" -> Float.valueOf(value.asText());
            case "double" -> Double.valueOf(value.asText());
            case "decimal" -> new BigDecimal(value.asText());
            case "bytes" -> HexFormat.of().parseHex(value.asText());
            case "instant" -> Instant.parse(value.asText());
            case "date" -> LocalDate.parse(value.asText());
            case "time" -> LocalTime.parse(value.asText());
            case "local-timestamp" -> LocalDateTime.parse(value.asText());
            case "list" -> list(value);
            case "map", "record" -> map(value);
            default -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static Map<String, Object> map(JsonNode value) {
        Map<String, Object> map = new LinkedHashMap<>();
        value.fieldNames().forEachRemaining(key -> map.put(key, value(value.get(key))));
        return map;
    }
}
