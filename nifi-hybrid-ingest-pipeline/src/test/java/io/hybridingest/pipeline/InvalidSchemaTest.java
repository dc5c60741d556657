package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidSchemaTest {
    /** A field of these tests is put into line 8, after id and at. */
    private static List<String> errorsOfField(String field) {
        String end = "timestamp-millis}}\n";
        return errors(Definitions.SMALLEST.replace(end, end + "    - " + field + "\n"));
    }

    private static List<String> errors(String yaml) {
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> PipelineDefinition.fromYaml(yaml));
        assertThat(refused).as("refusal of\n%s", yaml).isNotNull();
        return refused.errors().stream().map(DefinitionError::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: x, type: dobule} | is not valid Avro: Undefined",
                "{name: 1x, type: int} | is not valid Avro: Illegal initial character: 1x",
                "{name: id, type: int} | is not valid Avro: Duplicate field id in record Order",
                "{name: x} | is not valid Avro: No field type",
                "x | is not valid Avro: No field name",
                "{name: x, type: int, default: abc} | is not valid Avro: Invalid default for field x",
                "{name: x, type: double, default: 1.s} | is not valid Avro: Default is not a number: For input string",
            })
    void passesAvrosOwnWordsOnWithTheLineOfTheField(String field, String problem) {
        assertThat(errorsOfField(field))
                .singleElement()
                .asString()
                .startsWith("line 8: schema.fields[2]: " + problem)
                .contains(". The types are string, int, long, ");
    }

    @Test
    void refusesWhatIsNoRecord() {
        assertThat(errors(Definitions.SMALLEST.replace("  type: record\n", "  type: enum\n")))
                .containsExactly("line 3: schema.type: the schema must be of type record."
                        + " Write 'type: record', with name and fields");
        assertThat(errors(Definitions.SMALLEST.replace("name: Order", "name: Or der")))
                .singleElement()
                .asString()
                .startsWith("line 2: schema: is not valid Avro: Illegal character in: Or der");
        assertThat(errors("pipeline: a\nschema: string\nidentity: position\n"))
                .contains("line 2: schema: must be an Avro record schema, but is the text 'string'."
                        + " Write type, name and fields as YAML; JSON without quotes around it is YAML too");
    }

    @Test
    void keepsTheNamesOfTheSystemFree() {
        assertThat(errorsOfField("{name: _rescued, type: string}"))
                .containsExactly(
                        "line 8: schema.fields[2]: the field name '_rescued' is reserved: names that begin with _"
                                + " are the system's. Give it another name; prepare.rename can map the incoming name to it");
    }

    @Test
    void refusesNamesThatSparkDoesNotTellApart() {
        assertThat(errorsOfField("{name: ID, type: string}"))
                .containsExactly("line 8: schema.fields[2]: 'ID' and 'id' differ only in case."
                        + " Spark and Delta do not tell them apart: rename one");
    }

    @Test
    void refusesLogicalTypesThatAvroWouldIgnore() {
        assertThat(errorsOfField("{name: x, type: long, logicalType: timestamp-micros}"))
                .containsExactly(
                        "line 8: schema.fields[2]: the logicalType of 'x' stands beside its type, where Avro does"
                                + " not see it. Write 'type: {type: long, logicalType: timestamp-micros}'");
        assertThat(errorsOfField("{name: x, type: {type: long, logicalType: timestamp-micro}}"))
                .containsExactly("line 8: schema.fields[2].type: the logicalType 'timestamp-micro' is not known."
                        + " Did you mean 'timestamp-micros'?");
        assertThat(errorsOfField("{name: x, type: {type: long, logicalType: 5}}"))
                .singleElement()
                .asString()
                .startsWith("line 8: schema.fields[2].type: the logicalType '5' is not known. Write decimal or uuid");
        assertThat(errorsOfField("{name: x, type: {type: int, logicalType: timestamp-micros}}"))
                .singleElement()
                .asString()
                .startsWith(
                        "line 8: schema.fields[2].type: the logicalType 'timestamp-micros' does not fit: Timestamp");
        assertThat(errorsOfField("{name: x, type: {type: bytes, logicalType: decimal, precision: 2, scale: 4}}"))
                .singleElement()
                .asString()
                .startsWith(
                        "line 8: schema.fields[2].type: the logicalType 'decimal' does not fit: Invalid decimal scale: 4");
    }

    @Test
    void refusesRecursionAndEmptiness() {
        assertThat(errorsOfField("{name: x, type: [null, Order]}"))
                .containsExactly("line 8: schema.fields[2].type[1]: the record Order holds itself."
                        + " Spark has no recursive types: flatten it");
        assertThat(errorsOfField("{name: x, type: {type: record, name: R, fields: []}}"))
                .containsExactly(
                        "line 8: schema.fields[2].type: the record R has no fields. Give it at least one field");
        assertThat(errorsOfField("{name: x, type: [null]}"))
                .containsExactly(
                        "line 8: schema.fields[2]: 'x' can only be null. Write the type it has when it is there");
    }

    @Test
    void readsUnquotedNullAsTheTypeAndUnquotedNoAsText() {
        String end = "timestamp-millis}}\n";
        String yaml = Definitions.SMALLEST.replace(
                end, end + "    - {name: answer, type: [null, {type: enum, name: Answer, symbols: [no, yes]}]}\n");
        assertThat(PipelineDefinition.fromYaml(yaml).schema().getField("answer").schema())
                .hasToString("[\"null\",{\"type\":\"enum\",\"name\":\"Answer\",\"symbols\":[\"no\",\"yes\"]}]");
    }
}
