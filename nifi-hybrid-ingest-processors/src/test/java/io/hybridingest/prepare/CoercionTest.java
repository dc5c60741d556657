package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.testing.Pipelines;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CoercionTest {
    private static final String DECIMAL = "{type: bytes, logicalType: decimal, precision: 6, scale: 2}";
    private static final String FIXED_DECIMAL =
            "{type: fixed, name: Money, size: 8, logicalType: decimal, precision: 6, scale: 2}";
    private static final String MICROS = "{type: long, logicalType: timestamp-micros}";
    private static final String MILLIS = "{type: long, logicalType: timestamp-millis}";
    private static final String LOCAL_MICROS = "{type: long, logicalType: local-timestamp-micros}";
    private static final String DATE = "{type: int, logicalType: date}";
    private static final String TIME = "{type: int, logicalType: time-millis}";
    private static final String UUID_TEXT = "{type: string, logicalType: uuid}";
    private static final String COLOUR = "{type: enum, name: Colour, symbols: [RED, GREEN]}";
    private static final String UUID_VALUE = "123e4567-e89b-12d3-a456-426614174000";
    private static final Instant NOON = Instant.parse("2024-01-31T12:00:00.123456Z");

    static Stream<Arguments> fitting() {
        return Stream.of(
                Arguments.of("int", "42", 42),
                Arguments.of("int", " 42 ", 42),
                Arguments.of("int", "1e3", 1000),
                Arguments.of("int", 42L, 42),
                Arguments.of("int", 42.0, 42),
                Arguments.of("int", new BigDecimal("42.00"), 42),
                Arguments.of("long", "-9223372036854775808", Long.MIN_VALUE),
                Arguments.of("long", BigInteger.TEN, 10L),
                Arguments.of("float", "1.5", 1.5f),
                Arguments.of("double", "1.5", 1.5),
                Arguments.of("double", 7, 7.0),
                Arguments.of("double", 0.1f, 0.1),
                Arguments.of("double", "1e300", 1e300),
                Arguments.of("double", "NaN", Double.NaN),
                Arguments.of("boolean", "Yes", true),
                Arguments.of("boolean", "off", false),
                Arguments.of("boolean", 1, true),
                Arguments.of("string", "", ""),
                Arguments.of("string", 7, "7"),
                Arguments.of("string", 1e10, "10000000000"),
                Arguments.of("string", true, "true"),
                Arguments.of("string", "😀", "😀"),
                Arguments.of("string", new BigDecimal("1e999999999"), "1E+999999999"),
                Arguments.of("int", "\u00a042\u00a0", 42),
                Arguments.of("[null, int]", "", null),
                Arguments.of("[null, int]", " ", null),
                Arguments.of("[null, string]", "", ""),
                Arguments.of("[null, int, string]", "5", "5"),
                Arguments.of("[null, int, string]", "five", "five"),
                Arguments.of(DECIMAL, "12.3", new BigDecimal("12.30")),
                Arguments.of(DECIMAL, "0e-30", new BigDecimal("0.00")),
                Arguments.of(DECIMAL, 12.34, new BigDecimal("12.34")),
                Arguments.of(DECIMAL, new BigDecimal("9999.990"), new BigDecimal("9999.99")),
                Arguments.of(FIXED_DECIMAL, "-12.30", new BigDecimal("-12.30")),
                Arguments.of("bytes", "ñ", ByteBuffer.wrap(new byte[] {(byte) 0xc3, (byte) 0xb1})),
                Arguments.of("bytes", new Object[] {(byte) 1, (byte) -1}, ByteBuffer.wrap(new byte[] {1, -1})),
                Arguments.of("{type: array, items: int}", new Object[] {"1", 2L}, List.of(1, 2)),
                Arguments.of("{type: array, items: [null, int]}", Arrays.asList("1", ""), Arrays.asList(1, null)),
                Arguments.of("{type: map, values: int}", Map.of("a", "1"), Map.of("a", 1)));
    }

    static Stream<Arguments> fittingTimes() {
        return Stream.of(
                Arguments.of(MICROS, NOON.toString(), NOON),
                Arguments.of(MICROS, "2024-01-31T13:00:00.123456+01:00", NOON),
                Arguments.of(MICROS, "2024-01-31 13:00:00.123456", NOON),
                Arguments.of(MICROS, "2024-07-31T14:00", Instant.parse("2024-07-31T12:00:00Z")),
                Arguments.of(MICROS, "2024-01-31T07:00-0500", Instant.parse("2024-01-31T12:00:00Z")),
                Arguments.of(MICROS, "31/01/2024 13:00", Instant.parse("2024-01-31T12:00:00Z")),
                Arguments.of(MICROS, "2024-01-31", Instant.parse("2024-01-30T23:00:00Z")),
                Arguments.of(MICROS, "2024-01-31T12:00:00.123456000Z", NOON),
                Arguments.of(MICROS, 1706702400, Instant.parse("2024-01-31T12:00:00Z")),
                Arguments.of(MICROS, "1706702400", Instant.parse("2024-01-31T12:00:00Z")),
                Arguments.of(MICROS, 1706702400.5, Instant.parse("2024-01-31T12:00:00.5Z")),
                Arguments.of(MICROS, 1706702400123L, Instant.parse("2024-01-31T12:00:00.123Z")),
                Arguments.of(MICROS, 1706702400123456L, NOON),
                Arguments.of(MICROS, 1706702400123456000L, NOON),
                Arguments.of(MICROS, Timestamp.from(NOON), NOON),
                Arguments.of(MICROS, NOON, NOON),
                Arguments.of(MILLIS, "2024-01-31T12:00:00.123Z", Instant.parse("2024-01-31T12:00:00.123Z")),
                Arguments.of(LOCAL_MICROS, "2024-01-31 13:00:00", LocalDateTime.parse("2024-01-31T13:00:00")),
                Arguments.of(DATE, "2024-01-31", LocalDate.parse("2024-01-31")),
                Arguments.of(DATE, java.sql.Date.valueOf("2024-01-31"), LocalDate.parse("2024-01-31")),
                Arguments.of(DATE, 19753, LocalDate.parse("2024-01-31")),
                Arguments.of(TIME, "13:45", LocalTime.parse("13:45")),
                Arguments.of(TIME, java.sql.Time.valueOf("13:45:00"), LocalTime.parse("13:45")),
                Arguments.of(UUID_TEXT, UUID_VALUE.toUpperCase(java.util.Locale.ROOT), UUID_VALUE),
                Arguments.of(UUID_TEXT, UUID.fromString(UUID_VALUE), UUID_VALUE));
    }

    @ParameterizedTest
    @MethodSource({"fitting", "fittingTimes"})
    void keepsTheMeaningOfWhatFits(String type, Object raw, Object expected) {
        Outcome outcome = prepare(type, raw);

        assertThat(outcome).isInstanceOf(Outcome.Prepared.class);
        assertThat(valueOf(outcome)).isEqualTo(expected);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of("int", "1.5", "precision-loss"),
                Arguments.of("int", 1.5, "precision-loss"),
                Arguments.of("int", "2147483648", "out-of-range"),
                Arguments.of("int", "1e999999999", "out-of-range"),
                Arguments.of("int", "twelve", "wrong-type"),
                Arguments.of("int", true, "wrong-type"),
                Arguments.of("int", "9".repeat(1000), "wrong-type"),
                Arguments.of("int", "", "missing"),
                Arguments.of("int", null, "missing"),
                Arguments.of("string", null, "missing"),
                Arguments.of("long", "9223372036854775808", "out-of-range"),
                Arguments.of("long", Double.NaN, "wrong-type"),
                Arguments.of("double", "1e400", "out-of-range"),
                Arguments.of("double", 9007199254740993L, "precision-loss"),
                Arguments.of("float", "1e300", "out-of-range"),
                Arguments.of("double", "1,5", "wrong-type"),
                Arguments.of("double", "0x1p3", "wrong-type"),
                Arguments.of("boolean", "maybe", "wrong-type"),
                Arguments.of("string", Map.of("a", 1), "wrong-type"),
                Arguments.of(DECIMAL, "1.234", "precision-loss"),
                Arguments.of(DECIMAL, "12345.00", "out-of-range"),
                Arguments.of(DECIMAL, "1e999999999", "out-of-range"),
                Arguments.of(DECIMAL, "1e-999999999", "precision-loss"),
                Arguments.of(MICROS, "2024-01-31T12:00:00.123456789Z", "precision-loss"),
                Arguments.of(MICROS, 1706702400123456789L, "precision-loss"),
                Arguments.of(MILLIS, NOON.toString(), "precision-loss"),
                Arguments.of(MICROS, "yesterday", "wrong-type"),
                Arguments.of(MICROS, "20240131", "wrong-type"),
                Arguments.of(MICROS, "2024-02-30T00:00:00Z", "wrong-type"),
                Arguments.of(MICROS, "30/02/2024 13:00", "wrong-type"),
                Arguments.of(MICROS, true, "wrong-type"),
                Arguments.of(LOCAL_MICROS, "2024-01-31T13:00:00Z", "wrong-type"),
                Arguments.of(DATE, "31.1.2024", "wrong-type"),
                Arguments.of(TIME, "25:00", "wrong-type"),
                Arguments.of(TIME, 90_000_000, "wrong-type"),
                Arguments.of(UUID_TEXT, "123", "wrong-type"),
                Arguments.of(UUID_TEXT, "123e4567e-89b-12d3-a456-426614174000", "wrong-type"),
                Arguments.of("string", "\ud83d", "wrong-type"),
                Arguments.of("bytes", "\ude00", "wrong-type"),
                Arguments.of(COLOUR, Map.of("a", 1), "wrong-type"),
                Arguments.of(COLOUR, "BLUE", "not-allowed"),
                Arguments.of("{type: fixed, name: Two, size: 2}", "abc", "out-of-range"),
                Arguments.of("bytes", 5, "wrong-type"),
                Arguments.of("[null, int, boolean]", "perhaps", "wrong-type"),
                Arguments.of("{type: array, items: int}", "1", "wrong-type"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void losesNothingInSilence(String type, Object raw, String code) {
        Outcome outcome = prepare(type, raw);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Invalid.class, invalid -> assertThat(invalid.reasons())
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.code()).isEqualTo(code);
                    assertThat(reason.field()).isEqualTo("value");
                }));
    }

    @Test
    void namesThePlaceInsideOfArraysMapsAndRecords() {
        String type = "{type: array, items: {type: record, name: Line, fields: ["
                + "{name: qty, type: int}, {name: tags, type: {type: map, values: int}}]}}";
        Object raw = new Object[] {
            Map.of("qty", 1, "tags", Map.of()),
            Map.of("qty", "many", "tags", Map.of("a", "b"), "note", "kept"),
            Map.of("tags", Map.of())
        };

        Outcome outcome = prepare(type, raw);

        assertThat(reasons(outcome))
                .extracting(Reason::field, Reason::code)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("value[1].qty", "wrong-type"),
                        org.assertj.core.groups.Tuple.tuple("value[1].tags.a", "wrong-type"),
                        org.assertj.core.groups.Tuple.tuple("value[2].qty", "missing"));
    }

    @Test
    void coercesNestedRecordsAndRescuesWhatTheyHaveInAddition() {
        String type =
                "[null, {type: record, name: Place, fields: [{name: city, type: string}, {name: zip, type: string}]}]";
        Record place = new MapRecord(
                new SimpleRecordSchema(List.of()),
                new HashMap<>(Map.of("city", "Bern", "zip", 3000, "planet", "Earth")));

        Outcome outcome = prepare(type, place);

        GenericRecord value = (GenericRecord) valueOf(outcome);
        assertThat(value.get("city")).isEqualTo("Bern");
        assertThat(value.get("zip")).isEqualTo("3000");
        assertThat(((Outcome.Prepared) outcome).record().get("_rescued")).isEqualTo("{\"value.planet\":\"Earth\"}");
    }

    @Test
    void refusesHalfASurrogatePairInTheKeyOfAMap() {
        assertThat(reasons(prepare("{type: map, values: string}", Map.of("\ud800", "a"))))
                .extracting(Reason::code)
                .containsExactly("wrong-type");
    }

    @Test
    void forgetsWhatABranchOfAUnionFoundBeforeAnotherFits() {
        String type = "[{type: record, name: A, fields: [{name: n, type: int}]},"
                + " {type: record, name: B, fields: [{name: s, type: string}]}]";

        Outcome outcome = prepare(type, Map.of("s", "text"));

        assertThat(((GenericRecord) valueOf(outcome)).getSchema().getName()).isEqualTo("B");
        assertThat(((Outcome.Prepared) outcome).record().get("_rescued")).isNull();
    }

    @Test
    void cutsLongValuesShortInReasons() {
        Reason reason = reasons(prepare("int", "x".repeat(5_000))).getFirst();

        assertThat(reason.value()).hasSize(101).endsWith("…");
    }

    private static Outcome prepare(String type, Object raw) {
        Map<String, Object> values = new HashMap<>();
        values.put("id", 1);
        values.put("at", "2024-01-31T12:00:00Z");
        values.put("value", raw);
        Record record = new MapRecord(new SimpleRecordSchema(new ArrayList<>()), values);
        return Preparation.of(Pipelines.ofValue(type), new byte[0]).prepare(record, new Origin("f", "s"), 0);
    }

    private static List<Reason> reasons(Outcome outcome) {
        return ((Outcome.Invalid) outcome).reasons();
    }

    private static Object valueOf(Outcome outcome) {
        GenericRecord record = ((Outcome.Prepared) outcome).record();
        Schema.Field field = record.getSchema().getField("value");
        return AvroRecords.readable(record.get(field.pos()), field.schema());
    }
}
