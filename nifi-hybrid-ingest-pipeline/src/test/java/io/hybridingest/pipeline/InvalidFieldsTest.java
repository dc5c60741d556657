package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a definition says about fields, held against its schema. */
class InvalidFieldsTest {
    /** Every kind of field; identity is in line 15, and what a test appends begins in line 19. */
    private static final String BASE = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - {name: id, type: long}
                - {name: customer, type: string}
                - {name: total, type: {type: bytes, logicalType: decimal, precision: 9, scale: 2}}
                - {name: rate, type: double}
                - {name: at, type: {type: long, logicalType: timestamp-micros}}
                - {name: seen, type: [null, {type: long, logicalType: timestamp-micros}], default: null}
                - {name: status, type: {type: enum, name: Status, symbols: [NEW, PAID]}}
                - {name: address, type: {type: record, name: Address, fields: [{name: city, type: string}, {name: zip, type: [null, string]}]}}
                - {name: tags, type: {type: array, items: string}}
            identity: [id]
            event-time: {field: at}
            batch: {landing: /landing/orders}
            table: {path: /tables/orders}
            """;

    @Test
    void holdsTheIdentityAgainstTheSchema() {
        assertThat(replaced("identity: [id]", "identity: [address.cty, tags.first, rate, id, id]"))
                .containsExactly(
                        "line 15: identity[0]: 'address.cty' is not a field of the schema. Did you mean 'address.city'?",
                        "line 15: identity[1]: 'tags.first' is not a field of the schema: 'tags' is of type array, and a path"
                                + " goes through records only. Add it to the schema, or name a field that the schema has",
                        "line 15: identity[4]: 'id' is named twice. Name it once");
        assertThat(replaced("identity: [id]", "identity: id"))
                .containsExactly("line 15: identity: must be a list, but is the text 'id'. Write it in brackets: [id]");
        assertThat(replaced("identity: [id]", "identity: []"))
                .singleElement()
                .asString()
                .startsWith("line 15: identity: names no field. Write the fields");
    }

    @Test
    void refusesAnIdentityThatManyRecordsMayBeWithout() {
        assertThat(replaced("identity: [id]", "identity: [address.zip]"))
                .containsExactly(
                        "line 15: identity[0]: 'address.zip' may be null, and all records without it would be the"
                                + " same record. Take null out of its type in the schema, or add a field that is never null");
        assertThat(replaced("identity: [id]", "identity:\n  - address.zip\n  - seen"))
                .containsExactly(
                        "line 15: identity: every one of its fields may be null, and all records without them would"
                                + " be the same record. Take null out of the type of one of them in the schema, or add a field that is"
                                + " never null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[address.zip, id]",
                "[rate]",
                "[total]",
                "[status]",
                "[address]",
                "[tags]",
                "[extra]",
                "[digest]",
                "[price]",
                "[born, opens, closes, signed]"
            })
    void takesFieldsOfAnyTypeForIdentity(String identity) {
        String fields = """
                    - {name: extra, type: {type: map, values: string}}
                    - {name: digest, type: bytes}
                    - {name: price, type: float}
                    - {name: born, type: {type: int, logicalType: date}}
                    - {name: opens, type: {type: int, logicalType: time-millis}}
                    - {name: closes, type: {type: long, logicalType: time-micros}}
                    - {name: signed, type: {type: long, logicalType: local-timestamp-micros}}
                identity:\s""";
        String yaml = BASE.replace("identity: [id]", fields + identity);
        assertThat(PipelineDefinition.fromYaml(yaml).identity()).isInstanceOf(Identity.Fields.class);
    }

    @Test
    void refusesDefaultsThatBecomeTheWholeIdentity() {
        String refusal =
                "is the whole identity: all records without it would become one. Leave the default out, so that such"
                        + " records are invalid, or add fields to the identity";
        assertThat(appended("prepare: {defaults: {id: 7}}"))
                .containsExactly("line 19: prepare.defaults.id: 'id' " + refusal);
        assertThat(replaced(
                        "identity: [id]", "identity: [address.city]\nprepare: {defaults: {address: {city: Soria}}}"))
                .containsExactly("line 16: prepare.defaults.address: 'address' " + refusal);
    }

    @Test
    void holdsRenamesAgainstTheSchema() {
        assertThat(appended("prepare: {rename: {a: custmer, b: customer, c: customer}}"))
                .containsExactly(
                        "line 19: prepare.rename.a: 'custmer' is not a field of the schema. Did you mean 'customer'?",
                        "line 19: prepare.rename.c: both 'b' and 'c' become 'customer'."
                                + " Keep one; the other can be dropped or have a field of its own");
        assertThat(appended("prepare: {rename: {id: customer, customer: id, tags: tags}}"))
                .containsExactly(
                        "line 19: prepare.rename.id: 'id' is a field of the schema itself, so renaming it away would go in"
                                + " a circle or lose it. Rename only names that the schema does not have",
                        "line 19: prepare.rename.customer: 'customer' is a field of the schema itself, so renaming it away"
                                + " would go in a circle or lose it. Rename only names that the schema does not have",
                        "line 19: prepare.rename.tags: renames 'tags' to itself. Leave it out");
    }

    @Test
    void holdsDottedRenamesAgainstTheSchema() {
        assertThat(appended("prepare: {rename: {post.code: address.zipp, place: address.street, first: tags.first}}"))
                .containsExactly(
                        "line 19: prepare.rename.post.code: 'address.zipp' is not a field of the schema."
                                + " Did you mean 'address.zip'?",
                        "line 19: prepare.rename.place: 'address.street' is not a field of the schema. Rename to one of"
                                + " id, customer, total, rate, at, seen, status, address, address.city, address.zip, tags",
                        "line 19: prepare.rename.first: 'tags.first' is not a field of the schema: 'tags' is of type array,"
                                + " and a path goes through records only. Rename to one of id, customer, total, rate, at, seen,"
                                + " status, address, address.city, address.zip, tags");
        assertThat(appended(
                        "prepare: {rename: {address.city: customer, address.zip: address.zip, a.b: rate, c: rate}}"))
                .containsExactly(
                        "line 19: prepare.rename.address.city: 'address.city' is a field of the schema itself, so renaming it"
                                + " away would go in a circle or lose it. Rename only names that the schema does not have",
                        "line 19: prepare.rename.address.zip: renames 'address.zip' to itself. Leave it out",
                        "line 19: prepare.rename.c: both 'a.b' and 'c' become 'rate'."
                                + " Keep one; the other can be dropped or have a field of its own");
    }

    @Test
    void holdsDottedDropsAgainstTheSchema() {
        assertThat(appended("prepare: {drop: [address.city, address, buyer.name], rename: {buyer.name: customer}}"))
                .containsExactly(
                        "line 19: prepare.drop[0]: 'address.city' is a field of the schema."
                                + " Take it out of the schema, or do not drop it",
                        "line 19: prepare.drop[1]: 'address' is a field of the schema."
                                + " Take it out of the schema, or do not drop it",
                        "line 19: prepare.drop[2]: 'buyer.name' has become 'customer' before fields are dropped."
                                + " Either rename it or drop it");
    }

    @Test
    void takesPartsOutOfARecordThatIsDroppedOrRenamed() {
        Prepare prepare = PipelineDefinition.fromYaml(BASE + """
                        prepare:
                          rename: {buyer.name: customer, place: address, place.code: address.zip, address.town: address.city}
                          drop: [buyer, address.debug, 'a.column.of.csv']
                        """).prepare();
        assertThat(prepare.rename())
                .containsEntry("buyer.name", "customer")
                .containsEntry("place", "address")
                .containsEntry("place.code", "address.zip")
                .containsEntry("address.town", "address.city");
        assertThat(prepare.drop()).containsExactly("buyer", "address.debug", "a.column.of.csv");
    }

    @Test
    void holdsMasksAndDropsAgainstTheSchema() {
        assertThat(appended("prepare: {mask: {customer: keep-last-5, rate: redact, cstomer: hash}}"))
                .containsExactly(
                        "line 19: prepare.mask.customer: 'keep-last-5' is not a choice here."
                                + " Write keep-last-4 or hash or redact",
                        "line 19: prepare.mask.rate: only plain string fields can be masked, and 'rate' is of type double."
                                + " Make it a string in the schema, or drop it from the schema",
                        "line 19: prepare.mask.cstomer: 'cstomer' is not a field of the schema. Did you mean 'customer'?");
        assertThat(replaced("identity: [id]", "identity: [customer]\nprepare: {mask: {customer: redact}}"))
                .containsExactly(
                        "line 16: prepare.mask.customer: redact makes different values equal, and 'customer' is"
                                + " part of the identity. Use hash: it keeps different values different");
        assertThat(replaced("identity: [id]", "identity: [address]\nprepare: {mask: {address.city: redact}}"))
                .containsExactly(
                        "line 16: prepare.mask.address.city: redact makes different values equal, and 'address.city' is"
                                + " part of the identity. Use hash: it keeps different values different");
        assertThat(appended("prepare: {drop: [rate, x], rename: {x: customer}}"))
                .containsExactly(
                        "line 19: prepare.drop[0]: 'rate' is a field of the schema."
                                + " Take it out of the schema, or do not drop it",
                        "line 19: prepare.drop[1]: 'x' has become 'customer' before fields are dropped."
                                + " Either rename it or drop it");
    }

    private static List<String> appended(String text) {
        return errors(BASE + text + "\n");
    }

    private static List<String> replaced(String text, String with) {
        assertThat(BASE).contains(text);
        return errors(BASE.replace(text, with));
    }

    private static List<String> errors(String yaml) {
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> PipelineDefinition.fromYaml(yaml));
        assertThat(refused).as("refusal of\n%s", yaml).isNotNull();
        return refused.errors().stream().map(DefinitionError::toString).toList();
    }
}
