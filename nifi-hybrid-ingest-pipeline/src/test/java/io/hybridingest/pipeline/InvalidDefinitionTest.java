package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidDefinitionTest {
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

    private static final String TOPIC_REMEDY = "Use letters of ASCII, digits, '.', '_' and '-' only, at most 249";

    @Test
    void theBaseOfTheseTestsIsValid() {
        assertThat(PipelineDefinition.fromYaml(BASE).name()).isEqualTo("orders");
    }

    @Test
    void saysEverythingAtOnceInTheOrderOfTheLines() {
        List<String> errors = errors(BASE.replace("type: double", "type: long, logicalType: timestamp-micros")
                .replace("identity: [id]", "identity: [idd]")
                .replace("{field: at}", "{field: seen, late-after: 15 minutos}")
                .replace("{path: /tables/orders}", "{path: '#{table.path}'}")
                .concat("stream: {encoding: arvo}\nchekcs: []\n"));
        assertThat(errors)
                .containsExactly(
                        "line 9: schema.fields[3]: the logicalType of 'rate' stands beside its type, where Avro does not see it."
                                + " Write 'type: {type: long, logicalType: timestamp-micros}'",
                        "line 15: identity[0]: 'idd' is not a field of the schema. Did you mean 'id'?",
                        "line 16: event-time.late-after: '15 minutos' is not a duration. Write a number and a unit (ms,"
                                + " seconds, minutes, hours or days), such as '15 minutes', or ISO-8601, such as 'PT15M'",
                        "line 16: event-time.field: 'seen' may be null, and a record without event time has no lane."
                                + " Take null out of its type in the schema",
                        "line 18: table.path: the parameter #{table.path} was not resolved."
                                + " Add it to the parameter context of the process group, or write the value itself",
                        "line 19: stream.encoding: 'arvo' is not a choice here. Write avro or json",
                        "line 20: chekcs: unknown key. Did you mean 'checks'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "just text", "- a\n- b"})
    void refusesWhatIsNotAMapping(String text) {
        assertThat(errors(text)).singleElement().asString().contains("the definition must be a mapping, but is ");
    }

    @Test
    void refusesTextThatIsNotYaml() {
        assertThat(errors(BASE.replace("identity: [id]", "identity: [id")))
                .singleElement()
                .asString()
                .startsWith("line 16: the text is not YAML: expected ',' or ']'")
                .contains("that brackets and quotes are closed");
        assertThat(errors(BASE.replace("identity: [id]", "\tidentity: [id]")))
                .singleElement()
                .asString()
                .startsWith("line 15: the text is not YAML: found character '\\t(TAB)'");
        assertThat(errors(BASE + "---\na: b\n")).singleElement().asString().startsWith("line 19: the text is not YAML");
    }

    @Test
    void namesMissingKeys() {
        assertThat(errors("{}"))
                .containsExactly(
                        "line 1: pipeline: is missing. Write 'pipeline: ' and a name",
                        "line 1: schema: is missing. Write the Avro record schema of one input record",
                        "line 1: identity: is missing. Write the fields that make a record the same record, such as"
                                + " 'identity: [order_id]', or 'identity: position' for input that has none",
                        "line 1: event-time: is missing. Write 'event-time: {field: <a timestamp field of the schema>}'",
                        "line 1: batch.landing: is missing. Write the directory that landing files are put into",
                        "line 1: table.path: is missing. Write the directory or Hadoop path of the Delta table");
        assertThat(replaced("{field: at}", "{}"))
                .containsExactly("line 16: event-time.field: is missing."
                        + " Name the timestamp field of the schema that says when it happened");
        assertThat(replaced("event-time: {field: at}", "event-time:"))
                .singleElement()
                .asString()
                .startsWith("line 16: event-time.field: is missing");
    }

    @Test
    void guessesWhatAnUnknownKeyWasMeantToBe() {
        assertThat(replaced("{field: at}", "{field: at, lateAfter: 5 minutes, ahed-limit: 1 hour}"))
                .containsExactly(
                        "line 16: event-time.lateAfter: unknown key. Did you mean 'late-after'?",
                        "line 16: event-time.ahed-limit: unknown key. Did you mean 'ahead-limit'?");
        assertThat(appended("foo: 1"))
                .containsExactly("line 19: foo: unknown key. The keys here are pipeline, schema, identity, event-time,"
                        + " prepare, checks, transform, stream, batch, table");
        assertThat(appended("checks:\n  - {name: a, require: x in (1, 2)}"))
                .containsExactly("line 20: checks[0].2): unknown key."
                        + " Inside { } a comma ends a value: put values that hold a comma in quotes");
    }

    @Test
    void refusesWhatIsPlannedWithASentenceOfItsOwn() {
        assertThat(appended("evolution: additive"))
                .containsExactly("line 19: evolution: is not supported in this version. Leave the key out");
        assertThat(replaced("{path:", "{views: [], evolution: additive, path:"))
                .containsExactly(
                        "line 18: table.views: is not supported in this version. Leave the key out",
                        "line 18: table.evolution: is not supported in this version. Leave the key out");
    }

    @Test
    void refusesDuplicateKeysAndKeysThatAreNoText() {
        assertThat(appended("identity: [id]"))
                .containsExactly("line 19: identity: the key is written twice. Keep one of them");
        assertThat(appended("? [a]\n: b"))
                .containsExactly("line 19: a key must be text, not a list or a mapping."
                        + " Put the value in quotes: an unquoted value cannot begin with [ or {");
    }

    @Test
    void refusesAliasesWithoutEndAndUnknownTags() {
        assertThat(replaced("[id]", "&a [id, *a]"))
                .containsExactly("line 15: identity[1]: an alias (*name) holds itself. Write the value out");
        assertThat(replaced("[id]", "!fields [!name id]"))
                .containsExactly("line 15: identity[0]: the tag !name means nothing here. Leave the tag (!name) out");
    }

    @Test
    void refusesAliasesThatGrowBeyondMeasure() {
        StringBuilder text = new StringBuilder("l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n");
        for (int i = 1; i < 6; i++) {
            text.append("l%d: &l%d [%s]\n".formatted(i, i, ("*l" + (i - 1) + ", ").repeat(8)));
        }
        assertThat(errors(text.toString())).anySatisfy(error -> assertThat(error)
                .contains("the definition is too large. Use fewer aliases (*name)"));
    }

    @Test
    void refusesValuesOfAnotherType() {
        assertThat(replaced("pipeline: orders", "pipeline: 2024"))
                .containsExactly("line 1: pipeline: must be text, but is the number 2024. Put it in quotes: '2024'");
        assertThat(replaced("pipeline: orders", "pipeline:"))
                .containsExactly("line 1: pipeline: has no value. Write one, or leave the key out; a value that begins"
                        + " with # must be in quotes, for YAML takes it as a comment");
        assertThat(replaced("{path: /tables/orders}", "{path: ''}"))
                .singleElement()
                .asString()
                .startsWith("line 18: table.path: has no value");
        assertThat(appended("stream: 5"))
                .containsExactly(
                        "line 19: stream: must be a mapping, but is the number 5."
                                + " Write 'key: value' lines; the keys here are topic, encoding, trigger, max-lag, when-lagging");
        assertThat(appended("checks: {name: a}"))
                .containsExactly("line 19: checks: must be a list, but is a mapping."
                        + " Write the elements in brackets, such as [a, b], or one a line, each after '- '");
        assertThat(appended("prepare: {rename: [a, b], drop: debug}"))
                .containsExactly(
                        "line 19: prepare.drop: must be a list, but is the text 'debug'. Write it in brackets: [debug]",
                        "line 19: prepare.rename: must be a mapping, but is a list."
                                + " Write '{name: value}', or one 'name: value' a line");
    }

    @Test
    void refusesNamesThatKafkaRefuses() {
        assertThat(replaced("pipeline: orders", "pipeline: my orders"))
                .containsExactly("line 1: pipeline: 'my orders' cannot name a Kafka topic. " + TOPIC_REMEDY);
        assertThat(replaced("pipeline: orders", "pipeline: '..'"))
                .containsExactly("line 1: pipeline: '..' cannot name a Kafka topic. " + TOPIC_REMEDY);
        assertThat(replaced("pipeline: orders", "pipeline: " + "o".repeat(250))).hasSize(1);
        assertThat(appended("stream: {topic: a/b}"))
                .containsExactly("line 19: stream.topic: 'a/b' cannot name a Kafka topic. " + TOPIC_REMEDY);
    }

    @Test
    void refusesDurationsAndNumbersThatMakeNoSense() {
        assertThat(appended("stream: {trigger: 5, max-lag: many}"))
                .containsExactly(
                        "line 19: stream.trigger: the duration 5 has no unit. " + Durations.ACCEPTED,
                        "line 19: stream.max-lag: must be a whole number above 0, but is the text 'many'."
                                + " Write digits only, such as 500000");
        assertThat(appended("stream: {trigger: -5 s, max-lag: 0}"))
                .containsExactly(
                        "line 19: stream.trigger: the duration must be zero or more."
                                + " Write a longer one, such as '5 minutes'",
                        "line 19: stream.max-lag: must be a whole number above 0, but is the number 0."
                                + " Write digits only, such as 500000");
        assertThat(replaced("{landing: /landing/orders}", "{landing: /l, schedule-interval: 0 s}"))
                .containsExactly("line 17: batch.schedule-interval: the duration must be more than zero."
                        + " Write a longer one, such as '5 minutes'");
    }

    @Test
    void holdsTheEventTimeAgainstTheSchema() {
        assertThat(replaced("{field: at}", "{field: att}"))
                .containsExactly("line 16: event-time.field: 'att' is not a field of the schema. Did you mean 'at'?");
        assertThat(replaced("{field: at}", "{field: customer}"))
                .containsExactly(
                        "line 16: event-time.field: 'customer' is of type string, not a timestamp. Give it the type"
                                + " {type: long, logicalType: timestamp-micros} in the schema; preprocessing turns text into it");
    }

    @Test
    void refusesZonesAndPatternsThatJavaRefuses() {
        assertThat(appended(
                        "prepare: {normalise: {zone: Madrid, timestamp-patterns: [yyyy-bb]}, unknown-fields: keep}"))
                .containsExactly(
                        "line 19: prepare.normalise.timestamp-patterns[0]: 'yyyy-bb' is not a pattern of dates: Unknown"
                                + " pattern letter: b. Write letters of Java's DateTimeFormatter, such as dd/MM/yyyy HH:mm:ss",
                        "line 19: prepare.normalise.zone: 'Madrid' is not a time zone."
                                + " Write an IANA name, such as Europe/Madrid or UTC",
                        "line 19: prepare.unknown-fields: 'keep' is not a choice here. Write rescue or drop or reject");
    }

    @Test
    void refusesChecksThatCannotBeTold() {
        assertThat(appended(
                        "checks: [{name: a, require: x > 0}, {name: a, require: y}, {name: b c, otherwise: stop}, x]"))
                .containsExactly(
                        "line 19: checks[2].require: is missing. Write the Spark SQL condition that every record must meet",
                        "line 19: checks[2].otherwise: 'stop' is not a choice here. Write quarantine or drop or fail or warn",
                        "line 19: checks[3]: must be a mapping, but is the text 'x'."
                                + " Write 'key: value' lines; the keys here are name, require, otherwise",
                        "line 19: checks[1].name: the name 'a' is taken by checks[0]."
                                + " Give every check a name of its own: it is the reason of a failing record",
                        "line 19: checks[2].name: 'b c' cannot be a reason code."
                                + " Use letters of ASCII, digits, '.', '_' and '-' only, such as positive-amount");
    }

    @Test
    void refusesTransformsWithoutInput() {
        assertThat(appended("transform: ''")).singleElement().asString().startsWith("line 19: transform: has no value");
        assertThat(appended("transform: SELECT 1"))
                .containsExactly("line 19: transform: does not read the view 'input', which holds the records."
                        + " Write a Spark SQL query such as SELECT * FROM input");
    }

    @Test
    void refusesPlacesInsideATable() {
        assertThat(replaced("{path: /tables/orders}", "{path: /t/o/, quarantine: /t/o/q, partition-by: [day, Day]}"))
                .containsExactly(
                        "line 18: table.partition-by[1]: the column 'Day' is named twice. Name it once",
                        "line 18: table.quarantine: '/t/o/q' is in the directory of the table. Write another directory");
        assertThat(replaced("{path: /tables/orders}", "{path: /landing, write: merge}"))
                .containsExactly(
                        "line 17: batch.landing: '/landing/orders' is in the directory of the table. Write another directory",
                        "line 18: table.write: 'merge' is not a choice here. Write append or upsert");
    }

    @Test
    void refusesTombstonesThatDeleteNothing() {
        assertThat(replaced("{path: /tables/orders}", "{path: /t, tombstone: gone}"))
                .containsExactly(
                        "line 18: table.tombstone: deletes rows, and with 'write: append' a row stays as it came."
                                + " Write 'write: upsert' beside it, or leave it out");
        assertThat(replaced("{path: /tables/orders}", "{path: /t, write: upsert, tombstone-retention: 7 days}"))
                .containsExactly("line 18: table.tombstone-retention: says how long deleted rows are remembered, and no"
                        + " record deletes one. Name the boolean column that does so with 'tombstone: ' beside it, or"
                        + " leave it out");
        assertThat(replaced(
                        "{path: /tables/orders}",
                        "{path: /t, write: upsert, tombstone: gone, tombstone-retention: 0 days}"))
                .containsExactly("line 18: table.tombstone-retention: the duration must be more than zero."
                        + " Write a longer one, such as '5 minutes'");
    }

    @Test
    void remindsOfQuotesWhereYamlTookAParameterForAComment() {
        assertThat(replaced("batch: {landing: /landing/orders}", "batch:\n  landing: #{landing.path}/orders"))
                .singleElement()
                .asString()
                .startsWith("line 18: batch.landing: has no value.")
                .contains("a value that begins with # must be in quotes");
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
