package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.testing.Pipelines;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.junit.jupiter.api.Test;

class PreparationTest {
    private static final byte[] KEY = Pipelines.MASK_KEY.getBytes(StandardCharsets.UTF_8);
    private static final Origin ORIGIN = new Origin("flowfile-1", "/in/payments.csv");
    private static final String CARD = "4111111111111234";
    private static final String EMAIL = "ana@example.org";

    private final Preparation preparation = Preparation.of(Pipelines.payments(), KEY);

    @Test
    void renamesFillsInCoercesMasksDropsAndRescues() {
        GenericRecord record = prepared(payment("cc", CARD, "email", EMAIL, "debug", "x", "channel", "web"));

        assertThat(GenericData.get().validate(preparation.schema(), record)).isTrue();
        assertThat(record.get("account")).isEqualTo("A-1");
        assertThat(record.get("currency")).isEqualTo("EUR");
        assertThat(record.get("paid_at")).isEqualTo(1706702400000000L);
        assertThat(record.get("card")).isEqualTo("************1234");
        assertThat((String) record.get("email")).matches("[0-9a-f]{64}");
        assertThat(record.get("_rescued")).isEqualTo("{\"channel\":\"web\"}");
        assertThat(record.get("_source")).isEqualTo("/in/payments.csv");
        assertThat(record.get("_ingest_id")).isEqualTo(IngestId.ofValues(List.of("p1", 1)));
    }

    @Test
    void hashesTheSameValueAlikeAndDependsOnTheKey() {
        Preparation otherKey =
                Preparation.of(Pipelines.payments(), "another key, as long as that".getBytes(StandardCharsets.UTF_8));
        Record payment = payment("email", EMAIL);

        Object hash = prepared(payment).get("email");

        assertThat(prepared(payment("email", EMAIL, "channel", "web")).get("email"))
                .isEqualTo(hash);
        assertThat(((Outcome.Prepared) otherKey.prepare(payment, ORIGIN, 0))
                        .record()
                        .get("email"))
                .isNotEqualTo(hash);
    }

    @Test
    void keepsRecordsApartThatDifferInAMaskedFieldOnly() {
        Record one = payment("payment_id", null, "cc", CARD);
        Record other = payment("payment_id", null, "cc", "5500000000005678");

        Outcome.Invalid first = (Outcome.Invalid) preparation.prepare(one, ORIGIN, 0);
        Outcome.Invalid second = (Outcome.Invalid) preparation.prepare(other, ORIGIN, 1);
        Outcome.Invalid again = (Outcome.Invalid) preparation.prepare(one, ORIGIN, 0);

        assertThat(first.ingestId()).isNull();
        assertThat(first.original()).isEqualTo(second.original());
        assertThat(first.quarantineId()).isNotEqualTo(second.quarantineId()).isEqualTo(again.quarantineId());
    }

    @Test
    void hidesShortValuesWhole() {
        assertThat(prepared(payment("card", "1234")).get("card")).isEqualTo("****");
    }

    @Test
    void collectsEveryReason() {
        Outcome.Invalid invalid = invalid(payment("amount", "much", "items", "1.5", "paid_at", ""));

        assertThat(invalid.reasons())
                .extracting(Reason::field, Reason::code, Reason::value)
                .containsExactly(
                        tuple("amount", "wrong-type", "much"),
                        tuple("paid_at", "missing", ""),
                        tuple("items", "precision-loss", "1.5"));
        assertThat(invalid.ingestId()).isEqualTo(IngestId.ofValues(List.of("p1", 1)));
        assertThat(text(invalid.original())).contains("\"acct\":\"A-1\"", "\"amount\":\"much\"");
    }

    @Test
    void doesNotGuessAnIdentityThatIsNotThere() {
        assertThat(invalid(payment("payment_id", "")).ingestId()).isNull();
        assertThat(invalid(payment("payment_id", null)).reasons())
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("payment_id", "missing"));
        assertThat(invalid(payment("seq", "first")).ingestId()).isNull();
    }

    @Test
    void neverShowsMaskedFields() {
        Outcome.Invalid wrongElsewhere = invalid(payment("cc", CARD, "email", EMAIL, "amount", "much"));
        Outcome.Invalid wrongItself = invalid(payment("cc", Map.of("number", CARD), "email", new Object[] {EMAIL}));
        Outcome.Invalid claimedTwice = invalid(payment("cc", CARD, "card", "4222222222222222"));

        for (Outcome.Invalid invalid : List.of(wrongElsewhere, wrongItself, claimedTwice)) {
            assertThat(text(invalid.original()) + invalid.reasons())
                    .doesNotContain(CARD, EMAIL, "4222222222222222")
                    .contains("***");
        }
        assertThat(wrongItself.reasons())
                .extracting(Reason::field, Reason::code, Reason::value)
                .containsExactly(tuple("card", "wrong-type", "***"), tuple("email", "wrong-type", "***"));
        assertThat(claimedTwice.reasons())
                .extracting(Reason::field, Reason::code, Reason::value)
                .containsExactly(tuple("card", "conflict", "***"));
    }

    @Test
    void neverShowsMaskedFieldsOfNestedRecordsInWhateverShapeTheyCome() {
        PipelineDefinition nested = PipelineDefinition.fromYaml(Pipelines.PAYMENTS
                .replace(
                        "- {name: items, type: [null, int], default: null}",
                        "- {name: payer, type: [null, {type: record, name: Payer, fields: [{name: iban, type: string}, {name: age, type: int}]}], default: null}")
                .replace("mask: {card: keep-last-4, email: hash}", "mask: {payer.iban: redact}"));
        Preparation masking = Preparation.of(nested, new byte[0]);

        GenericRecord fitting = ((Outcome.Prepared)
                        masking.prepare(payment("payer", Map.of("iban", "ES9121", "age", 3)), ORIGIN, 0))
                .record();
        assertThat(((GenericRecord) fitting.get("payer")).get("iban")).isEqualTo("***");
        for (Object raw : List.of(Map.of("iban", "ES9121", "age", "old"), "iban=ES9121", List.of("ES9121"))) {
            Outcome.Invalid invalid = (Outcome.Invalid) masking.prepare(payment("payer", raw), ORIGIN, 0);
            assertThat(text(invalid.original()) + invalid.reasons()).doesNotContain("ES9121");
        }
    }

    @Test
    void takesEitherNameOfARenamedFieldAndRefusesTwoThatDisagree() {
        assertThat(prepared(payment("acct", null, "account", "A-2")).get("account"))
                .isEqualTo("A-2");
        assertThat(prepared(payment("acct", "A-1", "account", "A-1")).get("account"))
                .isEqualTo("A-1");
        assertThat(invalid(payment("acct", "A-1", "account", "A-2")).reasons())
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("account", "conflict"));
    }

    @Test
    void seesToUnknownFieldsAsTheDefinitionSays() {
        Preparation rejecting = Preparation.of(
                PipelineDefinition.fromYaml(
                        Pipelines.PAYMENTS.replace("drop: [debug]", "drop: [debug]\n  unknown-fields: reject")),
                KEY);
        Preparation dropping = Preparation.of(
                PipelineDefinition.fromYaml(
                        Pipelines.PAYMENTS.replace("drop: [debug]", "drop: [debug]\n  unknown-fields: drop")),
                KEY);
        Record unknown = payment("channel", "web", "debug", "x");

        assertThat(((Outcome.Invalid) rejecting.prepare(unknown, ORIGIN, 0)).reasons())
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("channel", "unknown-field"));
        assertThat(((Outcome.Prepared) dropping.prepare(unknown, ORIGIN, 0))
                        .record()
                        .get("_rescued"))
                .isNull();
    }

    @Test
    void identifiesByPositionWhereTheDefinitionSaysSo() {
        Preparation byPosition = Preparation.of(
                PipelineDefinition.fromYaml(
                        Pipelines.PAYMENTS.replace("identity: [payment_id, seq]", "identity: position")),
                KEY);

        Outcome.Prepared third = (Outcome.Prepared) byPosition.prepare(payment(), ORIGIN, 2);
        Outcome.Invalid fourth = (Outcome.Invalid) byPosition.prepare(payment("amount", "much"), ORIGIN, 3);

        assertThat(third.record().get("_ingest_id")).isEqualTo(IngestId.ofPosition("flowfile-1", 2));
        assertThat(fourth.ingestId()).isEqualTo(IngestId.ofPosition("flowfile-1", 3));
    }

    @Test
    void identifiesByTheMaskedValue() {
        PipelineDefinition definition = PipelineDefinition.fromYaml(
                Pipelines.PAYMENTS.replace("mask: {card: keep-last-4, email: hash}", "mask: {payment_id: hash}"));
        GenericRecord record =
                ((Outcome.Prepared) Preparation.of(definition, KEY).prepare(payment(), ORIGIN, 0)).record();

        assertThat(record.get("_ingest_id")).isEqualTo(IngestId.ofValues(List.of(record.get("payment_id"), 1)));
        assertThat(record.get("_ingest_id")).isNotEqualTo(IngestId.ofValues(List.of("p1", 1)));
    }

    @Test
    void givesTheDefaultOfANestedFieldToARecordThatIsThere() {
        Prepared prepared = Prepared.by(
                new Prepare(
                        Map.of(),
                        Map.of("place.rate", "1.5", "rates", List.of("0.25")),
                        new Prepare.Normalise(
                                ZoneOffset.UTC,
                                List.of(),
                                Prepare.DecimalPoint.COMMA,
                                Prepare.Grouping.UNAMBIGUOUS,
                                Prepare.ExcessPrecision.REJECT),
                        Map.of(),
                        List.of(),
                        Prepare.UnknownFields.RESCUE),
                "{name: place, type: [null, {type: record, name: Place, fields: ["
                        + "{name: rate, type: {type: bytes, logicalType: decimal, precision: 6, scale: 2}}]}], default: null}",
                "{name: rates, type: {type: array, items: {type: bytes, logicalType: decimal, precision: 6, scale: 2}}}");

        assertThat(prepared.fitting().get("place")).isNull();
        assertThat(prepared.fitting("place", Map.of()).toString())
                .isEqualTo(prepared.fitting("place", Map.of("rate", "1,5"), "rates", List.of("0,25"))
                        .toString());
    }

    @Test
    void refusesToHashWithoutKey() {
        assertThatThrownBy(() -> Preparation.of(Pipelines.payments(), new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Set the Mask Key");
    }

    @Test
    void serveSeveralThreadsAlike() throws Exception {
        Record payment = payment("cc", CARD, "email", EMAIL, "channel", "web");
        GenericRecord expected = prepared(payment);
        Set<GenericRecord> seen = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<GenericRecord>>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                results.add(threads.submit(() -> {
                    List<GenericRecord> records = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        records.add(prepared(payment));
                    }
                    return records;
                }));
            }
            for (Future<List<GenericRecord>> result : results) {
                seen.addAll(result.get());
            }
        }

        assertThat(seen).containsExactly(expected);
    }

    private GenericRecord prepared(Record record) {
        return ((Outcome.Prepared) preparation.prepare(record, ORIGIN, 0)).record();
    }

    private Outcome.Invalid invalid(Record record) {
        return (Outcome.Invalid) preparation.prepare(record, ORIGIN, 0);
    }

    /** A payment that fits, with fields changed: name, value, name, value. */
    private static Record payment(Object... changes) {
        Map<String, Object> values = new LinkedHashMap<>(Map.of(
                "payment_id", "p1", "seq", "1", "acct", "A-1", "amount", "12.30", "paid_at", "2024-01-31T12:00:00Z"));
        for (int i = 0; i < changes.length; i += 2) {
            values.put((String) changes[i], changes[i + 1]);
        }
        return new MapRecord(new SimpleRecordSchema(List.of()), values);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
