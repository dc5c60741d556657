package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.testing.NifiReaders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;

/** Two records have the same identity exactly when their identity fields mean the same, however they were written. */
class IdentityPropertyTest {
    private static final PipelineDefinition PIPELINE = PipelineDefinition.fromYaml("""
            pipeline: keys
            schema:
              type: record
              name: Key
              fields:
                - {name: first, type: string}
                - {name: second, type: string}
                - {name: number, type: long}
                - {name: amount, type: {type: bytes, logicalType: decimal, precision: 12, scale: 3}}
                - {name: day, type: {type: int, logicalType: date}}
                - {name: at, type: {type: long, logicalType: timestamp-micros}}
                - {name: uuid, type: {type: string, logicalType: uuid}}
                - {name: flag, type: boolean}
                - {name: other, type: [null, double], default: null}
            identity: [first, second, number, amount, day, at, uuid, flag]
            event-time: {field: at}
            batch: {landing: /landing}
            table: {path: /table}
            """);
    private static final Preparation PREPARATION = Preparation.of(PIPELINE, new byte[0]);
    private static final Origin ORIGIN = new Origin("flowfile", "source");
    private static final RecordReaderFactory CSV = NifiReaders.csv();
    private static final RecordReaderFactory JSON = NifiReaders.json();

    /** What the identity fields of a record mean. */
    record Key(
            String first,
            String second,
            long number,
            BigDecimal amount,
            LocalDate day,
            Instant at,
            UUID uuid,
            boolean flag) {}

    /** Of so few values that two keys are often equal, and often nearly so. */
    @Provide
    Arbitrary<Key> keys() {
        Arbitrary<String> texts = Arbitraries.of(
                "a", "b", "ab", "bc", "c", "abc", "a b", "é", "\uD83D\uDE00", "1", "1.0", "\"q\"", "x,y", "\uFB01");
        return Combinators.combine(
                        texts,
                        texts,
                        Arbitraries.of(0L, 1L, -1L, 10L, 9_007_199_254_740_993L),
                        Arbitraries.of("0", "1", "1.5", "1.05", "-1", "10", "100")
                                .map(BigDecimal::new),
                        Arbitraries.of(LocalDate.of(2024, 2, 29), LocalDate.of(1970, 1, 1)),
                        Arbitraries.of(
                                Instant.parse("2024-01-31T12:00:00Z"),
                                Instant.parse("2024-01-31T12:00:00.000001Z"),
                                Instant.parse("2024-03-31T01:30:00Z")),
                        Arbitraries.of(new UUID(0, 10), new UUID(-1, 11)),
                        Arbitraries.of(true, false))
                .as(Key::new);
    }

    @Property(tries = 500)
    void areEqualExactlyWhenTheValuesAreWhateverCarriesThem(
            @ForAll("keys") Key one, @ForAll("keys") Key other, @ForAll boolean alike, @ForAll long spelling) {
        Key second = alike ? one : other;
        String fromCsv = id(csv(one, spelling));
        String fromJson = id(json(second, spelling >> 8));

        assertThat(fromCsv.equals(fromJson))
                .as("%s and %s are the same", one, second)
                .isEqualTo(one.equals(second));
        assertThat(id(csv(one, spelling >> 16))).isEqualTo(fromCsv);
        assertThat(id(json(second, spelling >> 24))).isEqualTo(fromJson);
    }

    @Property
    void valuesDoNotRunIntoEachOther(@ForAll("texts") List<String> one, @ForAll("texts") List<String> other) {
        assertThat(id(texts(one)).equals(id(texts(other)))).isEqualTo(one.equals(other));
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.strings()
                .withChars("a1:s,")
                .ofMinLength(1)
                .ofMaxLength(4)
                .list()
                .ofSize(2);
    }

    @Example
    void theBorderBetweenTwoTextsCounts() {
        assertThat(id(texts(List.of("ab", "c")))).isNotEqualTo(id(texts(List.of("a", "bc"))));
    }

    @Example
    void zeroHasNoSign() {
        assertThat(List.of("0", "0.0", "-0", "-0.000", "0e5"))
                .allSatisfy(zero -> assertThat(id(withAmount(zero))).isEqualTo(id(withAmount(BigDecimal.ZERO))));
        assertThat(id(withAmount(-0.0))).isEqualTo(id(withAmount(0.0))).isEqualTo(id(withAmount(0)));
    }

    private static Record withAmount(Object amount) {
        Map<String, Object> values = new HashMap<>(Map.of(
                "number", 1, "day", "2024-01-31", "at", "2024-01-31T12:00:00Z", "uuid", new UUID(1, 2), "flag", true));
        values.putAll(Map.of("first", "a", "second", "b", "amount", amount));
        return new MapRecord(new SimpleRecordSchema(List.of()), values);
    }

    private static Record texts(List<String> texts) {
        Record record = withAmount(1);
        record.setValue("first", texts.get(0));
        record.setValue("second", texts.get(1));
        return record;
    }

    private static String id(Record record) {
        Outcome outcome = PREPARATION.prepare(record, ORIGIN, 0);
        assertThat(outcome).as("outcome of %s", record).isInstanceOf(Outcome.Prepared.class);
        return ((Outcome.Prepared) outcome).record().get("_ingest_id").toString();
    }

    private static Record csv(Key key, long spelling) {
        String row = String.join(
                ",",
                quoted(key.first(), '"'),
                quoted(key.second(), '"'),
                key.number() + "",
                amount(key.amount(), spelling),
                key.day().toString(),
                quoted(instant(key.at(), spelling >> 2), '"'),
                uuid(key.uuid(), spelling),
                pick(
                        spelling >> 4,
                        key.flag() ? List.of("true", "TRUE", "yes", "1") : List.of("false", "No", "f", "0")),
                pick(spelling >> 6, List.of("", "1.5")));
        return only(NifiReaders.read(CSV, utf8("first,second,number,amount,day,at,uuid,flag,other\n" + row + "\n")));
    }

    private static Record json(Key key, long spelling) {
        String object = String.join(
                ", ",
                "\"first\": " + quoted(key.first(), '\\'),
                "\"second\": " + quoted(key.second(), '\\'),
                "\"number\": " + pick(spelling, List.of(key.number() + "", "\"" + key.number() + "\"")),
                "\"amount\": "
                        + pick(
                                spelling >> 1,
                                List.of(key.amount().toString(), "\"" + amount(key.amount(), spelling) + "\"")),
                "\"day\": \"" + key.day() + "\"",
                "\"at\": \"" + instant(key.at(), spelling >> 2) + "\"",
                "\"uuid\": \"" + uuid(key.uuid(), spelling) + "\"",
                "\"flag\": " + pick(spelling >> 4, List.of(key.flag() + "", "\"" + key.flag() + "\"")),
                "\"other\": " + pick(spelling >> 6, List.of("null", "2.5")));
        return only(NifiReaders.read(JSON, utf8("{" + object + "}")));
    }

    private static String amount(BigDecimal amount, long spelling) {
        return pick(
                spelling,
                List.of(
                        amount.toPlainString(),
                        amount.setScale(3).toPlainString(),
                        amount.stripTrailingZeros().toString(),
                        amount.setScale(2).toPlainString()));
    }

    private static String instant(Instant at, long spelling) {
        return switch ((int) Math.floorMod(spelling, 4L)) {
            case 0 -> at.toString();
            case 1 -> at.atZone(ZoneId.of("Asia/Kolkata")).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            case 2 -> at.atOffset(ZoneOffset.ofHours(-9)).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            default -> Long.toString(at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000);
        };
    }

    private static String uuid(UUID uuid, long spelling) {
        return spelling % 2 == 0 ? uuid.toString() : uuid.toString().toUpperCase(Locale.ROOT);
    }

    private static String quoted(String text, char escape) {
        return '"' + text.replace("\"", escape + "\"") + '"';
    }

    private static String pick(long spelling, List<String> spellings) {
        return spellings.get((int) Math.floorMod(spelling, (long) spellings.size()));
    }

    private static Record only(List<Record> records) {
        assertThat(records).hasSize(1);
        return records.getFirst();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
