package io.hybridingest.prepare;

import static io.hybridingest.prepare.Prepared.nested;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Prepare.UnknownFields;
import io.hybridingest.pipeline.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;
import org.junit.jupiter.api.Test;

class ReshapingTest {
    private static final String CUSTOMER_NAME = "{name: customer_name, type: [null, string], default: null}";
    private static final String ADDRESS =
            "{name: address, aliases: [addr], type: [null, {type: record, name: Address, fields: ["
                    + "{name: city, type: [null, string], default: null}, {name: postcode, type: string}]}], default: null}";

    private final Prepared flattening = Prepared.by(
            Prepared.renaming(
                    Map.of("customer.name", "customer_name"), List.of("customer.debug"), UnknownFields.RESCUE),
            CUSTOMER_NAME);

    private final Prepared nesting = Prepared.by(
            Prepared.renaming(
                    Map.of("zip", "address.postcode", "town", "address.city"), List.of(), UnknownFields.RESCUE),
            ADDRESS);

    @Test
    void takesAValueOutOfARecordAndLeavesTheRest() {
        GenericRecord record =
                flattening.fitting("customer", nested("name", "Ana", "debug", "x", "phone", "600", "fax", null));

        assertThat(record.get("customer_name")).isEqualTo("Ana");
        assertThat(record.get("_rescued")).isEqualTo("{\"customer\":{\"phone\":\"600\",\"fax\":null}}");
    }

    @Test
    void takesAValueOutOfAMap() {
        assertThat(flattening.fitting("customer", Map.of("name", "Ana")).get("customer_name"))
                .isEqualTo("Ana");
    }

    @Test
    void rescuesNothingOfARecordOfWhichNothingIsLeft() {
        assertThat(flattening
                        .fitting("customer", nested("name", "Ana", "debug", "x", "fax", null))
                        .get("_rescued"))
                .isNull();
        assertThat(flattening.fitting("customer", nested("debug", "x")).get("_rescued"))
                .isNull();
    }

    @Test
    void leavesRecordsAloneThatItTakesNothingFrom() {
        assertThat(flattening.fitting("customer", nested()).get("_rescued")).isEqualTo("{\"customer\":{}}");
        assertThat(flattening.fitting("customer", "Ana").get("_rescued")).isEqualTo("{\"customer\":\"Ana\"}");
        assertThat(flattening.fitting("customer", null).get("customer_name")).isNull();
        assertThat(flattening
                        .fitting("customer", List.of(nested("name", "Ana")))
                        .get("_rescued"))
                .isEqualTo("{\"customer\":[{\"name\":\"Ana\"}]}");
    }

    @Test
    void doesNotChangeTheIncomingRecord() {
        Record customer = nested("name", "Ana", "debug", "x");

        flattening.fitting("customer", customer);

        assertThat(customer.toMap()).containsOnlyKeys("name", "debug");
    }

    @Test
    void rejectsOrDropsTheRestAsUnknown() {
        Map<String, String> rename = Map.of("customer.name", "customer_name");
        Prepared rejecting = Prepared.by(Prepared.renaming(rename, List.of(), UnknownFields.REJECT), CUSTOMER_NAME);
        Prepared dropping = Prepared.by(Prepared.renaming(rename, List.of(), UnknownFields.DROP), CUSTOMER_NAME);
        Record customer = nested("name", "Ana", "phone", "600");

        assertThat(rejecting.reasons("customer", customer))
                .extracting(Reason::field, Reason::code, Reason::value)
                .containsExactly(tuple("customer", "unknown-field", "{\"phone\":\"600\"}"));
        assertThat(rejecting.fitting("customer", nested("name", "Ana")).get("customer_name"))
                .isEqualTo("Ana");
        assertThat(dropping.fitting("customer", customer).get("_rescued")).isNull();
    }

    @Test
    void prefersTheLiteralNameToThePath() {
        GenericRecord record = flattening.fitting("customer", nested("name", "path"), "customer.name", "literal");

        assertThat(record.get("customer_name")).isEqualTo("literal");
        assertThat(record.get("_rescued")).isEqualTo("{\"customer\":{\"name\":\"path\"}}");
        assertThat(flattening.fitting("customer.debug", "x").get("_rescued")).isNull();
        assertThat(flattening
                        .fitting("customer", nested("name", "path"), "customer.name", null)
                        .get("customer_name"))
                .isEqualTo("path");
    }

    @Test
    void makesOneRecordOfSeveralFields() {
        GenericRecord address =
                (GenericRecord) nesting.fitting("zip", 3000, "town", "Bern").get("address");

        assertThat(address.get("postcode")).isEqualTo("3000");
        assertThat(address.get("city")).isEqualTo("Bern");
    }

    @Test
    void addsToARecordThatIsThere() {
        GenericRecord address = (GenericRecord) nesting.fitting("zip", "3000", "address", nested("city", "Bern"))
                .get("address");
        GenericRecord aliased = (GenericRecord)
                nesting.fitting("zip", "3000", "addr", Map.of("city", "Bern")).get("address");

        assertThat(address).isEqualTo(aliased);
        assertThat(address.get("postcode")).isEqualTo("3000");
    }

    @Test
    void makesNoRecordOfNothing() {
        assertThat(nesting.fitting("town", null).get("address")).isNull();
        assertThat(nesting.fitting("zip", " ", "town", "").get("address")).isNull();
        assertThat(nesting.reasons("zip", null, "town", "Bern"))
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("address.postcode", "missing"));
    }

    @Test
    void keepsBlankTextWhereThereIsARecordForIt() {
        GenericRecord address =
                (GenericRecord) nesting.fitting("zip", "", "town", "Bern").get("address");

        assertThat(address.get("postcode")).isEqualTo("");
    }

    @Test
    void refusesTwoValuesForOneField() {
        assertThat(nesting.reasons("zip", "3000", "address", nested("postcode", "4000")))
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("address.postcode", "conflict"));
        assertThat(flattening.reasons("customer", nested("name", "Ana"), "customer_name", "Eva"))
                .extracting(Reason::field, Reason::code)
                .containsExactly(tuple("customer_name", "conflict"));
        assertThat(nesting.fitting("zip", "3000", "address", nested("postcode", "3000"))
                        .get("address"))
                .isNotNull();
    }

    @Test
    void doesNotHideThatAParentIsNoRecord() {
        assertThat(nesting.reasons("zip", "3000", "address", "Bern"))
                .extracting(Reason::field, Reason::code, Reason::value)
                .containsExactly(tuple("address", "wrong-type", "Bern"));
    }

    @Test
    void takesPartsOutOfARecordThatItMovesAndPutsOthersIn() {
        Prepared moving = Prepared.by(
                Prepared.renaming(
                        Map.of(
                                "order.ship", "address",
                                "order.ship.to", "customer_name",
                                "zip", "address.postcode"),
                        List.of("order.ship.debug"),
                        UnknownFields.RESCUE),
                CUSTOMER_NAME,
                ADDRESS);

        GenericRecord record = moving.fitting(
                "order", nested("ship", nested("to", "Ana", "city", "Bern", "debug", 1), "no", 7), "zip", "3000");

        assertThat(record.get("customer_name")).isEqualTo("Ana");
        assertThat(((GenericRecord) record.get("address")).get("city")).isEqualTo("Bern");
        assertThat(((GenericRecord) record.get("address")).get("postcode")).isEqualTo("3000");
        assertThat(record.get("_rescued")).isEqualTo("{\"order\":{\"no\":7}}");
    }

    @Test
    void keepsARecordOfTheSchemaOfWhichNothingIsLeft() {
        Prepared moving = Prepared.by(
                Prepared.renaming(Map.of("place.name", "customer_name"), List.of(), UnknownFields.RESCUE),
                CUSTOMER_NAME,
                "{name: place, type: [null, {type: record, name: Place, fields: [{name: city, type: [null, string]}]}],"
                        + " default: null}");

        GenericRecord record = moving.fitting("place", nested("name", "Ana"));

        assertThat(record.get("customer_name")).isEqualTo("Ana");
        assertThat(record.get("place")).isInstanceOf(GenericRecord.class);
    }

    @Test
    void dropsOutOfARecordOfTheSchema() {
        Prepared dropping =
                Prepared.by(Prepared.renaming(Map.of(), List.of("addr.debug"), UnknownFields.REJECT), ADDRESS);

        assertThat(dropping.fitting("addr", nested("postcode", "3000", "debug", "x"))
                        .get("address"))
                .isNotNull();
    }

    @Test
    void keepsAPathApartFromANameThatReadsTheSame() {
        GenericRecord record = Prepared.by(Prepared.renaming(Map.of(), List.of(), UnknownFields.RESCUE), ADDRESS)
                .fitting("address", nested("postcode", "3000", "x", 1), "address.x", 2);

        assertThat(record.get("_rescued")).isEqualTo("{\"address.x\":2,\"address.x#2\":1}");
    }

    @Test
    void refusesATargetThatTheSchemaDoesNotHave() {
        Prepare prepare = Prepared.renaming(Map.of("zip", "address.zip"), List.of(), UnknownFields.RESCUE);

        assertThatThrownBy(() -> Prepared.by(prepare, ADDRESS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The schema has no field address.zip, which rename names.");
    }

    @Test
    void showsTheRecordAsItCame() {
        Outcome.Invalid invalid = nesting.invalid("zip", null, "town", "Bern");

        assertThat(new String(invalid.original(), StandardCharsets.UTF_8)).contains("\"town\":\"Bern\"");
    }
}
