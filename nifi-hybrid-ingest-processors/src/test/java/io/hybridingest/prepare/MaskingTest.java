package io.hybridingest.prepare;

import static io.hybridingest.prepare.Prepared.nested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Prepare.Mask;
import io.hybridingest.pipeline.Prepare.UnknownFields;
import io.hybridingest.pipeline.Reason;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Looks for a secret in everything that preparation gives away. */
class MaskingTest {
    private static final String SECRET = "SECRET-4111";
    private static final String OTHER_SECRET = "SECRET-4222";
    private static final String[] FIELDS = {
        "{name: card, aliases: [pan], type: [null, string], default: null}",
        "{name: number, type: [null, int], default: null}",
        "{name: payer, aliases: [payee], type: [null, {type: record, name: Payer, fields: ["
                + "{name: iban, aliases: [account], type: [null, string], default: null}, {name: age, type: int}]}], default: null}",
        "{name: tags, type: [null, {type: map, values: int}], default: null}"
    };

    /** Ways of bringing a masked value along, and of being wrong: in itself, around it and elsewhere. */
    private static Stream<Map<String, Object>> waysOfBeingInvalid() {
        return Stream.of(
                values("card", SECRET, "number", "many"),
                values("pan", SECRET, "number", "many"),
                values("cc", SECRET, "number", "many"),
                values("card", SECRET, "pan", OTHER_SECRET),
                values("card", Map.of("value", SECRET)),
                values("card", new Object[] {SECRET}),
                values("card", List.of(SECRET)),
                values("card", SECRET + "\ud800"),
                values("payer", nested("iban", SECRET, "age", "old")),
                values("payer", nested("account", SECRET, "age", "old")),
                values("payer", nested("account", SECRET, "iban", OTHER_SECRET, "age", 3)),
                values("payer", nested("iban", nested("value", SECRET), "age", 3)),
                values("payer", SECRET),
                values("payer", List.of(nested("iban", SECRET, "age", 3))),
                values("payee", nested("iban", SECRET)),
                values("payee", SECRET),
                values("order", nested("card", SECRET), "number", "many"),
                values("order", nested("card", List.of(SECRET))),
                values("order", nested("card", SECRET), "card", OTHER_SECRET),
                values("order", nested("card", SECRET), "order.card", OTHER_SECRET, "number", "many"),
                values("order", SECRET, "number", "many"),
                values("order", List.of(nested("card", SECRET)), "number", "many"),
                values("order", nested("payer", nested("iban", SECRET, "age", "old"))),
                values("order", nested("payer", SECRET)),
                values("order", nested("payer", List.of(SECRET))),
                values("iban", SECRET, "payer", nested("age", "old")),
                values("iban", SECRET, "payer", "none"),
                values("iban", SECRET, "payer", nested("iban", OTHER_SECRET, "age", 1)),
                values("tags", nested("card", SECRET, "size", "big")),
                values("tags", SECRET),
                values("tags", Map.of("card", List.of(SECRET))));
    }

    @ParameterizedTest
    @EnumSource(Mask.class)
    void givesNothingAwayOfInvalidRecords(Mask mask) {
        for (UnknownFields unknownFields : UnknownFields.values()) {
            Prepared masking = masking(mask, unknownFields);
            waysOfBeingInvalid().forEach(values -> {
                Outcome.Invalid invalid = masking.invalid(flat(values));
                assertThat(everything(invalid)).as("%s", values).doesNotContain("SECRET");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Mask.class)
    void givesNothingAwayOfFittingRecords(Mask mask) {
        Prepared masking = masking(mask, UnknownFields.RESCUE);
        Stream<Map<String, Object>> fitting = Stream.of(
                values("card", SECRET),
                values("pan", SECRET, "cc", SECRET),
                values("payer", nested("account", SECRET, "age", 3)),
                values("order", nested("card", SECRET, "no", 1)),
                values("order", nested("card", SECRET, "no", 1), "order.card", OTHER_SECRET),
                values("order", nested("card", SECRET), "order.card", SECRET),
                values("order", nested("payer", nested("iban", SECRET, "age", 3))),
                values("order", SECRET),
                values("order", List.of(nested("card", SECRET))),
                values("iban", SECRET, "payer", nested("age", 3)),
                values("tags", nested("card", SECRET, "size", 3)));

        fitting.forEach(values -> assertThat(masking.fitting(flat(values)).toString())
                .as("%s", values)
                .doesNotContain("SECRET"));
    }

    @Test
    void showsWhatIsNotMaskedBesideWhatIs() {
        Outcome.Invalid invalid = masking(Mask.HASH, UnknownFields.RESCUE)
                .invalid("payer", nested("iban", SECRET, "age", "old"), "order", nested("card", SECRET, "no", 1));

        assertThat(invalid.reasons())
                .extracting(Reason::field, Reason::value)
                .containsExactly(tuple("payer.age", "old"));
        assertThat(new String(invalid.original(), StandardCharsets.UTF_8))
                .contains("\"payer\":{\"iban\":\"***\",\"age\":\"old\"}", "\"order\":{\"card\":\"***\",\"no\":1}");
    }

    @Test
    void rescuesInClearWhatComesUnderAnUnknownName() {
        assertThat(masking(Mask.HASH, UnknownFields.RESCUE)
                        .fitting("crad", SECRET)
                        .get("_rescued"))
                .isEqualTo("{\"crad\":\"SECRET-4111\"}");
        assertThat(masking(Mask.HASH, UnknownFields.DROP)
                        .fitting("crad", SECRET)
                        .toString())
                .doesNotContain(SECRET);
    }

    @Test
    void masksTheDefault() {
        Prepare prepare = new Prepare(
                Map.of(),
                Map.of("card", SECRET),
                Prepare.Normalise.defaults(),
                Map.of("card", Mask.KEEP_LAST_4),
                List.of(),
                UnknownFields.RESCUE);

        assertThat(Prepared.by(prepare, FIELDS).fitting().get("card")).isEqualTo("*******4111");
    }

    @Test
    void keepsTheLastFourCharactersAndNotHalfOfOne() {
        Prepared masking = masking(Mask.KEEP_LAST_4, UnknownFields.RESCUE);

        assertThat(masking.fitting("card", "12345").get("card")).isEqualTo("*2345");
        assertThat(masking.fitting("card", "1234").get("card")).isEqualTo("****");
        assertThat(masking.fitting("card", "").get("card")).isEqualTo("");
        assertThat(masking.fitting("card", "😀😀😀😀😀").get("card")).isEqualTo("*😀😀😀😀");
    }

    @Test
    void hashesAlikeOnEveryThread() throws InterruptedException {
        Prepared masking = masking(Mask.HASH, UnknownFields.RESCUE);
        Object hash = masking.fitting("card", SECRET).get("card");
        Object[] elsewhere = new Object[1];
        Thread thread =
                new Thread(() -> elsewhere[0] = masking.fitting("card", SECRET).get("card"));

        thread.start();
        thread.join();

        assertThat(hash).asString().matches("[0-9a-f]{64}");
        assertThat(elsewhere[0]).isEqualTo(hash);
        assertThat(masking.fitting("card", OTHER_SECRET).get("card")).isNotEqualTo(hash);
    }

    private static Prepared masking(Mask mask, UnknownFields unknownFields) {
        Map<String, String> rename = new LinkedHashMap<>();
        rename.put("cc", "card");
        rename.put("order.card", "card");
        rename.put("order.payer", "payer");
        rename.put("iban", "payer.iban");
        rename.put("tags.card", "card");
        Prepare prepare = new Prepare(
                rename,
                Map.of(),
                Prepare.Normalise.defaults(),
                Map.of("card", mask, "payer.iban", mask),
                List.of(),
                unknownFields);
        return Prepared.by(prepare, new Identity.Fields(List.of("id")), FIELDS);
    }

    private static String everything(Outcome.Invalid invalid) {
        return String.join(
                "\n",
                new String(invalid.original(), StandardCharsets.UTF_8),
                invalid.reasons().toString(),
                String.valueOf(invalid.ingestId()),
                invalid.quarantineId(),
                invalid.toString());
    }

    private static Map<String, Object> values(Object... namesAndValues) {
        return Prepared.map(namesAndValues);
    }

    private static Object[] flat(Map<String, Object> values) {
        return values.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getKey(), entry.getValue()))
                .toArray();
    }
}
