package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionJsonSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path ROOT = Path.of("..");
    private static final Path PUBLISHED = ROOT.resolve("docs").resolve("pipeline-definition.schema.json");

    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(DefinitionJsonSchema.text());

    @Test
    void thePublishedFileIsWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(PUBLISHED))
                .as("docs/pipeline-definition.schema.json is not what the code says. Write it again:"
                        + " java -jar nifi-hybrid-ingest-cli/target/nifi-hybrid-ingest-cli-*.jar json-schema"
                        + " > docs/pipeline-definition.schema.json")
                .isEqualTo(DefinitionJsonSchema.text());
    }

    @Test
    void isASchemaOfItsDraft() throws IOException {
        JsonSchema draft = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(draft.validate(MAPPER.readTree(DefinitionJsonSchema.text()))).isEmpty();
    }

    /** Every definition that the project shows. */
    static List<String> definitionsShown() throws IOException {
        List<String> shown = new ArrayList<>();
        for (Path document :
                List.of(Path.of("DESIGN.md"), Path.of("README.md"), Path.of("docs/pipeline-definition.md"))) {
            Pattern.compile("(?s)```yaml\n(.*?)```")
                    .matcher(Files.readString(ROOT.resolve(document)))
                    .results()
                    .map(block -> block.group(1))
                    .filter(block -> block.startsWith("pipeline: "))
                    .forEach(shown::add);
        }
        assertThat(shown).hasSizeGreaterThanOrEqualTo(3);
        shown.add(Files.readString(ROOT.resolve("templates/flights.yaml")));
        return shown;
    }

    @ParameterizedTest
    @MethodSource("definitionsShown")
    void acceptsEveryDefinitionThatIsShown(String yaml) {
        assertThat(refusals(yaml)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.hybridingest.pipeline.CanonicalJsonTest#definitions")
    void acceptsWhatTheReaderAccepts(String yaml) throws IOException {
        assertThat(refusals(yaml)).isEmpty();
        String canonical = PipelineDefinition.fromYaml(yaml).toJson();
        assertThat(schema.validate(MAPPER.readTree(canonical))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prepare:\nchecks:\nstream:",
                "prepare: {rename:, defaults:, normalise:, mask:, drop:}",
                "stream: {trigger: 0 seconds, max-lag: '0500'}",
                "stream: {trigger: 1 HOUR}",
                "stream: {trigger: 3min}",
                "stream: {trigger: P1DT2H3M4.5S}",
                "stream: {trigger: pt0.5s}",
                "prepare: {rename: {'any name, at all': id, customer.at: at}}",
                "transform: select * from INPUT",
            })
    void acceptsWhatMayBeWrittenOtherwise(String ending) {
        String yaml = Definitions.SMALLEST + ending + "\n";
        assertThat(refusals(yaml)).isEmpty();
        assertThat(PipelineDefinition.fromYaml(yaml).name()).isEqualTo("orders");
    }

    @Test
    void acceptsParametersWhereTheirValuesAreAccepted() {
        assertThat(
                        refusals(
                                Definitions.SMALLEST
                                        .replace("pipeline: orders", "pipeline: '#{name}'")
                                        .replace("{field: at}", "{field: at, late-after: '#{late}'}")
                                        .replace("[id]", "['#{key}']")
                                        .concat(
                                                "stream: {max-lag: '#{lag}', encoding: '#{encoding}', trigger: '#{seconds} seconds'}\n")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pipeline: orders | pipeline: my orders | $.pipeline",
                "pipeline: orders | pipeline: 2024 | $.pipeline",
                "pipeline: orders | pipelin: orders | $",
                "{field: at} | {field: at, late-after: 15} | $.event-time.late-after",
                "{field: at} | {field: at, late-after: 15 minutos} | $.event-time.late-after",
                "{field: at} | {fields: at} | $.event-time",
                "[id] | id | $.identity",
                "[id] | [] | $.identity",
                "[id] | [id, id] | $.identity",
                "type: record | type: enum | $.schema.type",
                "{name: id, type: long} | {name: id} | $.schema.fields[0]",
                "{name: id, type: long} | {name: _id, type: long} | $.schema.fields[0].name",
                "{name: id, type: long} | {name: id, type: [long, [null]]} | $.schema.fields[0].type[1]",
                "{name: id, type: long} | {name: id, type: {type: array}} | $.schema.fields[0].type",
                "{name: id, type: long} | {name: id, type: long, logicalType: date} | $.schema.fields[0].logicalType",
                "logicalType: timestamp-millis | logicalType: timestamp | $.schema.fields[1].type.logicalType",
                "type: long, logicalType: timestamp-millis | type: int, logicalType: timestamp-millis | $.schema.fields[1].type.type",
                "{path: /tables/orders} | {path: /tables/orders, write: merge} | $.table.write",
                "{path: /tables/orders} | {path: /tables/orders, evolution: additive} | $.table",
                "{path: /tables/orders} | {path: } | $.table.path",
                "{landing: /landing/orders} | {} | $.batch",
                "pipeline: orders | 'pipeline: orders\nstream: {encoding: arvo}' | $.stream.encoding",
                "pipeline: orders | 'pipeline: orders\nstream: {max-lag: 0}' | $.stream.max-lag",
                "pipeline: orders | 'pipeline: orders\nprepare: {drop: debug}' | $.prepare.drop",
                "pipeline: orders | 'pipeline: orders\nprepare: {mask: {id: keep-last-5}}' | $.prepare.mask.id",
                "pipeline: orders | 'pipeline: orders\nprepare: {defaults: {id: }}' | $.prepare.defaults.id",
                "pipeline: orders | 'pipeline: orders\nprepare: {rename: {a: [id]}}' | $.prepare.rename.a",
                "pipeline: orders | 'pipeline: orders\nchecks: [{name: a}]' | $.checks[0]",
                "pipeline: orders | 'pipeline: orders\ntransform: SELECT 1' | $.transform",
                "pipeline: orders | 'pipeline: orders\nchekcs: []' | $",
            })
    void refusesMistakesWhereTheyAreAndOnlyThoseThatTheReaderRefuses(String text, String with, String place) {
        assertThat(Definitions.SMALLEST).contains(text);
        String yaml = Definitions.SMALLEST.replace(text, with);
        assertThat(refusals(yaml))
                .extracting(refusal -> refusal.getInstanceLocation().toString())
                .contains(place);
        assertThatThrownBy(() -> PipelineDefinition.fromYaml(yaml)).isInstanceOf(InvalidDefinitionException.class);
    }

    @Test
    void knowsTheKeysAndTheDefaultsOfTheReader() throws IOException {
        Map<String, String> written = new TreeMap<>();
        JsonNode filled = MAPPER.readTree(
                PipelineDefinition.fromYaml(Definitions.SMALLEST + "checks: [{name: a, require: id > 0}]\n")
                        .toJson());
        // Keys that the canonical form leaves out where a definition says nothing.
        ((ObjectNode) filled.get("table")).setAll(deleting().<ObjectNode>without("write"));
        collectDefaults(MAPPER.readTree(DefinitionJsonSchema.text()), filled, "", written);
        assertThat(written)
                .containsOnlyKeys(
                        "event-time.late-after",
                        "event-time.ahead-limit",
                        "prepare.unknown-fields",
                        "prepare.normalise.zone",
                        "prepare.normalise.decimal-point",
                        "prepare.normalise.grouping",
                        "prepare.normalise.excess-precision",
                        "checks.otherwise",
                        "transform",
                        "stream.encoding",
                        "stream.trigger",
                        "stream.max-lag",
                        "stream.when-lagging",
                        "batch.schedule-interval",
                        "table.write",
                        "table.tombstone-retention");
    }

    private static ObjectNode deleting() throws IOException {
        String yaml = Definitions.SMALLEST.replace(
                "{path: /tables/orders}", "{path: /tables/orders, write: upsert, tombstone: gone}");
        return (ObjectNode)
                MAPPER.readTree(PipelineDefinition.fromYaml(yaml).toJson()).get("table");
    }

    /** Holds every property that the schema lists against the definition, and its default against the value there. */
    private static void collectDefaults(JsonNode schema, JsonNode filled, String path, Map<String, String> defaults) {
        JsonNode properties = schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
        JsonNode values = schema.has("items") ? filled.get(0) : filled;
        List<String> keys = new ArrayList<>();
        properties.fieldNames().forEachRemaining(keys::add);
        assertThat(values.fieldNames()).toIterable().as("keys of '%s'", path).containsExactlyInAnyOrderElementsOf(keys);
        for (String key : keys) {
            JsonNode property = properties.get(key);
            String child = DefinitionTree.child(path, key);
            if (property.has("default")) {
                String byDefault = property.get("default").asText();
                assertThat(Durations.parse(byDefault).map(Object::toString).orElse(byDefault))
                        .as(child)
                        .isEqualTo(values.get(key).asText());
                defaults.put(child, byDefault);
            } else if (!key.equals("schema")
                    && (property.has("properties")
                            || property.at("/items/properties").isObject())) {
                collectDefaults(property, values.get(key), child, defaults);
            }
        }
    }

    private Iterable<ValidationMessage> refusals(String yaml) {
        return schema.validate(MAPPER.valueToTree(YamlTree.parse(yaml).root()));
    }
}
