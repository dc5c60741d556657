package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalJsonTest {
    private final PipelineDefinition payments = PipelineDefinition.fromYaml(Definitions.payments());

    /** Each part of a definition in several shapes, in all combinations. */
    static List<String> definitions() {
        List<String> identities = List.of("[id]", "[id, at]", "position", "[id, where.city]");
        List<String> types = List.of(
                "{type: double, doc: 'quoted \"text\"', default: 1.50}",
                "{type: [null, {type: bytes, logicalType: decimal, precision: 9, scale: 2}], default: null}",
                "{type: {type: map, values: {type: array, items: [null, string]}}}",
                "{type: {type: enum, name: E, namespace: other.space, symbols: [no, 'null']}, aliases: [old]}");
        List<String> endings = List.of(
                "",
                "prepare: {rename: {b: x, a: id}, defaults: {where: {city: 'ñ✈😀'}}, mask: {where.city: hash}, drop: [z, y]}\n",
                "prepare: {normalise: {zone: Europe/Madrid, timestamp-patterns: [dd/MM/yyyy]}, unknown-fields: reject}\n"
                        + "checks: [{name: b, require: id > 0, otherwise: warn}, {name: a, require: 'id < 9'}]\n"
                        + "transform: |\n  SELECT *,\n    'tab\t\"quote\"' AS t\n  FROM input\n",
                "stream: {topic: other, encoding: json, trigger: 500 ms, max-lag: 9000000000, when-lagging: divert}\n");
        List<String> definitions = new ArrayList<>();
        for (String identity : identities) {
            for (String type : types) {
                for (String ending : endings) {
                    definitions.add(definition(identity, type, ending));
                }
            }
        }
        return definitions;
    }

    private static String definition(String identity, String type, String ending) {
        String end = "timestamp-millis}}\n";
        String where = "    - {name: where, type: {type: record, name: Where, fields: [{name: city, type: string}]}}\n";
        return Definitions.SMALLEST
                        .replace(end, end + where + "    - {name: x, " + type.substring(1) + "\n")
                        .replace("[id]", identity)
                + ending;
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void readsBackAsTheSameDefinition(String yaml) {
        PipelineDefinition definition = PipelineDefinition.fromYaml(yaml);
        PipelineDefinition again = PipelineDefinition.fromJson(definition.toJson());
        assertThat(again).isEqualTo(definition);
        assertThat(again.toJson()).isEqualTo(definition.toJson());
        assertThat(again.fingerprint()).isEqualTo(definition.fingerprint());
        assertThat(again.wireSchema()).isEqualTo(definition.wireSchema());
        assertThat(new Schema.Parser().parse(definition.wireSchema().toString()))
                .isEqualTo(definition.wireSchema());
    }

    @Test
    void isYamlThatReadsAsTheSameDefinition() {
        assertThat(PipelineDefinition.fromYaml(payments.toJson())).isEqualTo(payments);
    }

    @Test
    void isTheTextThatWasPublished() {
        assertThat(payments.toJson())
                .isEqualTo(Definitions.resource("payments.json").strip());
        assertThat(payments.fingerprint())
                .isEqualTo("a2c4279489a2fb9a16b51c90fa959eaf2b36e25c27d79b9ff8f6759569dd4886");
    }

    @Test
    void spellsDefaultsOut() {
        assertThat(PipelineDefinition.fromYaml(Definitions.SMALLEST).toJson())
                .endsWith("\"identity\":[\"id\"],"
                        + "\"event-time\":{\"field\":\"at\",\"late-after\":\"PT15M\",\"ahead-limit\":\"PT5M\"},"
                        + "\"prepare\":{\"rename\":{},\"defaults\":{},\"normalise\":{\"zone\":\"UTC\","
                        + "\"timestamp-patterns\":[],\"decimal-point\":\"point\",\"grouping\":\"unambiguous\","
                        + "\"excess-precision\":\"reject\"},\"mask\":{},\"drop\":[],\"unknown-fields\":\"rescue\"},"
                        + "\"checks\":[],\"transform\":\"SELECT * FROM input\","
                        + "\"stream\":{\"topic\":\"orders\",\"encoding\":\"avro\",\"trigger\":\"PT5S\","
                        + "\"max-lag\":500000,\"when-lagging\":\"hold\"},"
                        + "\"batch\":{\"landing\":\"/landing/orders\",\"schedule-interval\":\"PT1H\"},"
                        + "\"table\":{\"path\":\"/tables/orders\",\"quarantine\":\"/tables/orders_quarantine\","
                        + "\"write\":\"append\",\"partition-by\":[]}}");
    }

    @Test
    void howADefinitionIsWrittenDoesNotMatter() {
        String rewritten = Definitions.payments()
                .replaceAll("\\s+#.*", "")
                .replace("late-after: 15 minutes, ahead-limit: 5 minutes", "ahead-limit: PT5M, late-after: 900 s")
                .replace(
                        "logicalType: decimal, precision: 18, scale: 2",
                        "scale: 2, precision: 18, logicalType: decimal")
                .replace(", schedule-interval: 1 hour", "")
                .replace("drop: [debug]", "drop:\n    - debug");
        assertThat(rewritten).isNotEqualTo(Definitions.payments());
        assertThat(PipelineDefinition.fromYaml(rewritten).fingerprint()).isEqualTo(payments.fingerprint());
    }

    @Test
    void whatADefinitionMeansDoes() {
        String changed = Definitions.payments().replace("15 minutes", "16 minutes");
        assertThat(PipelineDefinition.fromYaml(changed).fingerprint()).isNotEqualTo(payments.fingerprint());
    }
}
