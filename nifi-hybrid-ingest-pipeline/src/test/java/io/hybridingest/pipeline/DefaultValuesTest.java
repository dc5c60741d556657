package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "string | EUR",
                "[null, string] | EUR",
                "int | -1",
                "double | 0.5",
                "boolean | false",
                "{type: bytes, logicalType: decimal, precision: 5, scale: 2} | 123.450",
                "{type: bytes, logicalType: decimal, precision: 5, scale: 2} | '\"123.4\"'",
                "{type: long, logicalType: timestamp-micros} | 2024-01-31T10:15:00Z",
                "{type: long, logicalType: timestamp-millis} | 31/01/2024",
                "{type: int, logicalType: date} | 2024-01-31",
                "{type: string, logicalType: uuid} | 123e4567-e89b-12d3-a456-426614174000",
                "{type: enum, name: E, symbols: [NEW, no]} | no",
                "{type: array, items: [null, int]} | [1, null]",
                "{type: map, values: string} | {a: b}",
                "{type: record, name: R, fields: [{name: a, type: int}, {name: b, type: int, default: 1}]} | {a: 1}",
            })
    void fits(String type, String value) {
        assertThatCode(() -> PipelineDefinition.fromYaml(definition(type, value)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "string | 5 | must be text, but is the number 5",
                "[null, string, int] | true | must be text, or a whole number from -2147483648 to 2147483647, but is the boolean true",
                "int | 3000000000 | must be a whole number from -2147483648 to 2147483647, but is the number 3000000000",
                "double | x | must be a number, but is the text 'x'",
                "boolean | no | must be true or false, but is the text 'no'",
                "{type: bytes, logicalType: decimal, precision: 5, scale: 2} | 1.234 | must be a number with at most 3 digits before and 2 after the point, but is the number 1.234",
                "{type: bytes, logicalType: decimal, precision: 5, scale: 2} | 1e999999999 | must be a number with at most 3 digits before and 2 after the point, but is the number 1E+999999999",
                "{type: long, logicalType: timestamp-micros} | yesterday | must be a date and time in quotes, such as '2024-01-31T10:15:00Z', but is the text 'yesterday'",
                "{type: long, logicalType: timestamp-micros} | 0 | must be a date and time in quotes, such as '2024-01-31T10:15:00Z', but is the number 0",
                "{type: int, logicalType: date} | 2024-02-30 | must be a date in quotes, such as '2024-01-31', but is the text '2024-02-30'",
                "{type: string, logicalType: uuid} | 1-2 | must be a UUID, but is the text '1-2'",
                "{type: enum, name: E, symbols: [NEW, OLD]} | old | must be one of NEW, OLD, but is the text 'old'",
                "{type: array, items: int} | [1, x] | must be a list in which every element is a whole number from -2147483648 to 2147483647, but is a list",
                "{type: map, values: string} | [a] | must be a mapping, but is a list",
                "{type: record, name: R, fields: [{name: a, type: int}]} | {b: 1} | must be a mapping with the fields of R, which has no 'b', but is a mapping",
                "{type: record, name: R, fields: [{name: a, type: boolean}]} | {} | must be a mapping in which 'a' is true or false, but is a mapping",
                "bytes | x | must be left out: a default for bytes is not supported in this version, but is the text 'x'",
                "string | null | a default of null changes nothing",
            })
    void saysWhatWouldHaveFitted(String type, String value, String problem) {
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class, () -> PipelineDefinition.fromYaml(definition(type, value)));
        assertThat(refused.errors())
                .extracting(DefinitionError::line, DefinitionError::path, DefinitionError::problem)
                .containsExactly(tuple(13, "prepare.defaults.x", problem));
    }

    @Test
    void refusesADefaultForAFieldThatTheSchemaLacksAndForTheWholeIdentity() {
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class,
                () -> PipelineDefinition.fromYaml(
                        Definitions.SMALLEST + "prepare: {defaults: {currency: EUR, id: 1}}\n"));
        assertThat(refused.errors())
                .extracting(DefinitionError::toString)
                .containsExactly(
                        "line 12: prepare.defaults.currency: 'currency' is not a field of the schema."
                                + " Add it to the schema, or name a field that the schema has",
                        "line 12: prepare.defaults.id: 'id' is the whole identity: all records without it would become one."
                                + " Leave the default out, so that such records are invalid, or add fields to the identity");
    }

    private static String definition(String type, String value) {
        String end = "timestamp-millis}}\n";
        return Definitions.SMALLEST.replace(end, end + "    - {name: x, type: " + type + "}\n")
                + "prepare: {normalise: {timestamp-patterns: [dd/MM/yyyy]}, defaults: {x: " + value + "}}\n";
    }
}
