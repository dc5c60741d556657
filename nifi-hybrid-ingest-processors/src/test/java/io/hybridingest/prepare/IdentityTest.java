package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Reason;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final String KEY = "{name: key, type: [null, string], default: null}";
    private static final String AMOUNT =
            "{name: amount, type: [null, {type: bytes, logicalType: decimal, precision: 10, scale: 2}], default: null}";
    private static final String PLACE = "{name: place, type: [null, {type: record, name: Place, fields: ["
            + "{name: code, type: [null, int], default: null}]}], default: null}";

    @Test
    void takesANullMemberForAValue() {
        Prepared prepared = by(List.of("key", "amount"), KEY, AMOUNT);

        assertThat(prepared.fitting("key", "a").get("_ingest_id"))
                .isEqualTo(IngestId.ofValues(Arrays.asList("a", null)));
        assertThat(prepared.fitting("key", "a", "amount", 1).get("_ingest_id"))
                .isEqualTo(IngestId.ofValues(List.of("a", BigDecimal.ONE)));
    }

    @Test
    void refusesARecordWhoseIdentityIsAllNull() {
        Prepared prepared = by(List.of("key", "place.code"), KEY, PLACE);

        for (Object[] values : new Object[][] {{}, {"key", ""}, {"key", null, "place", Map.of()}}) {
            Outcome.Invalid invalid = prepared.invalid(values);
            assertThat(invalid.reasons())
                    .extracting(Reason::field, Reason::code, Reason::message)
                    .containsExactly(
                            tuple("key", "missing", "has no value, nor has any other field of the identity"),
                            tuple("place.code", "missing", "has no value, nor has any other field of the identity"));
            assertThat(invalid.ingestId()).isNull();
        }
        assertThat(prepared.fitting("place", Map.of("code", 0)).get("_ingest_id"))
                .isEqualTo(IngestId.ofValues(Arrays.asList(null, 0)));
    }

    @Test
    void takesEmptyTextForNullInAnIdentityAndForTextElsewhere() {
        Prepared prepared = by(List.of("amount", "key"), KEY, AMOUNT, "{name: note, type: string}");

        assertThat(prepared.fitting("amount", 1, "key", " ", "note", "").get("_ingest_id"))
                .isEqualTo(prepared.fitting("amount", 1, "note", "").get("_ingest_id"));
        assertThat(prepared.fitting("amount", 1, "note", "").get("note")).isEqualTo("");
        assertThat(by(List.of("note"), "{name: note, type: string}").reasons("note", ""))
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("note", "missing"));
    }

    @Test
    void isTheSameHoweverADecimalIsWritten() {
        Prepared prepared = by(List.of("amount"), AMOUNT);

        assertThat(List.of("1", "1.0", "1.00", "+1.000", "100e-2", 1, 1.0, 1L, new BigDecimal("1.0")))
                .allSatisfy(raw -> assertThat(prepared.fitting("amount", raw).get("_ingest_id"))
                        .isEqualTo(IngestId.ofValues(List.of(BigDecimal.ONE))));
    }

    @Test
    void isTheSameFromTextAndFromTypedValues() {
        Prepared prepared = by(
                List.of("n", "day", "seen", "flag", "key"),
                KEY,
                "{name: n, type: long}",
                "{name: day, type: {type: int, logicalType: date}}",
                "{name: seen, type: {type: long, logicalType: timestamp-millis}}",
                "{name: flag, type: boolean}");

        Object csv = prepared.fitting(
                        "n", "42", "day", "2024-01-31", "seen", "2024-01-31 12:00:00", "flag", "yes", "key", "a")
                .get("_ingest_id");
        Object json = prepared.fitting("n", 42, "day", "2024-01-31", "seen", 1706702400000L, "flag", true, "key", "a")
                .get("_ingest_id");
        Object avro = prepared.fitting(
                        "n",
                        42L,
                        "day",
                        LocalDate.parse("2024-01-31"),
                        "seen",
                        Instant.parse("2024-01-31T12:00:00Z"),
                        "flag",
                        true,
                        "key",
                        "a")
                .get("_ingest_id");

        assertThat(csv)
                .isEqualTo(json)
                .isEqualTo(avro)
                .isEqualTo(IngestId.ofValues(
                        List.of(42, LocalDate.parse("2024-01-31"), Instant.parse("2024-01-31T12:00:00Z"), true, "a")));
    }

    @Test
    void knowsOneZero() {
        Prepared prepared = by(List.of("x"), "{name: x, type: double}");

        assertThat(List.of("-0.0", "0", -0.0, 0, 0.0f))
                .allSatisfy(raw -> assertThat(prepared.fitting("x", raw).get("_ingest_id"))
                        .isEqualTo(IngestId.ofValues(List.of(0.0))));
    }

    private static Prepared by(List<String> identity, String... fields) {
        return Prepared.by(
                Prepared.renaming(Map.of(), List.of(), Prepare.UnknownFields.RESCUE),
                new Identity.Fields(identity),
                fields);
    }
}
