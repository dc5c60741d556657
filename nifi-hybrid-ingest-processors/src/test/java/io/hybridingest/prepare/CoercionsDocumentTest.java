package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Reason;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the examples of the document of coercions, so that it says what is so. */
class CoercionsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "coercions.md");
    private static final Pattern SETTINGS = Pattern.compile("With `(.*)`:");
    private static final Pattern HEADER = Pattern.compile("\\| field \\| incoming \\| result \\|.*");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\| (?:`([^`]+)`|([a-z-]+)) \\|.*");
    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),(\\d+)\\)");
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @MethodSource("examples")
    void doesWhatTheDocumentSays(Example example) throws JsonProcessingException {
        Preparation preparation = Preparation.of(definition(example), new byte[0]);
        Object incoming = JSON.readValue(example.incoming(), Object.class);

        Outcome outcome = preparation.prepare(Prepared.record("value", incoming), Prepared.ORIGIN, 0);

        assertThat(shown(outcome)).isEqualTo(example.result());
    }

    @Test
    void everyRowOfExamplesIsRun() throws IOException {
        boolean inExamples = false;
        int rows = 0;
        for (String line : Files.readAllLines(DOCUMENT)) {
            inExamples =
                    line.startsWith("|") && (inExamples || HEADER.matcher(line).matches());
            rows += inExamples && line.startsWith("| `") ? 1 : 0;
        }

        assertThat(examples()).hasSize(rows).hasSizeGreaterThan(100);
    }

    @Test
    void everyReasonCodeIsExplained() throws IOException {
        String document = Files.readString(DOCUMENT);
        String codes = document.substring(document.indexOf("## Reason codes"));

        assertThat(Arrays.stream(Code.values()).map(code -> "| `" + code.text() + "` |"))
                .allSatisfy(row -> assertThat(codes).contains(row));
    }

    static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        String settings = "";
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher with = SETTINGS.matcher(line);
            Matcher row = ROW.matcher(line);
            if (line.startsWith("#")) {
                settings = "";
            } else if (with.matches()) {
                settings = with.group(1);
            } else if (row.matches()) {
                String result = row.group(3) != null ? row.group(3) : row.group(4);
                examples.add(new Example(settings, row.group(1), row.group(2), result));
            }
        }
        return examples;
    }

    private static PipelineDefinition definition(Example example) {
        return PipelineDefinition.fromYaml("""
                pipeline: values
                schema:
                  type: record
                  name: Value
                  fields:
                    - {name: id, type: long}
                    - {name: at, type: {type: long, logicalType: timestamp-micros}}
                    - {name: value, type: %s}
                identity: [id]
                event-time: {field: at}
                prepare: {normalise: {%s}}
                batch: {landing: /landing/values}
                table: {path: /tables/values}
                """.formatted(yaml(example.type()), example.settings()));
    }

    private static String yaml(String type) {
        Matcher decimal = DECIMAL.matcher(type);
        if (decimal.matches()) {
            return "{type: bytes, logicalType: decimal, precision: %s, scale: %s}"
                    .formatted(decimal.group(1), decimal.group(2));
        }
        return switch (type) {
            case "date", "time-millis" -> "{type: int, logicalType: %s}".formatted(type);
            case "time-micros",
                    "timestamp-millis",
                    "timestamp-micros",
                    "local-timestamp-millis",
                    "local-timestamp-micros" -> "{type: long, logicalType: %s}".formatted(type);
            default -> type;
        };
    }

    private static String shown(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Prepared(GenericRecord record) -> {
                Schema.Field field = record.getSchema().getField("value");
                yield RecordJson.text(AvroRecords.readable(record.get(field.pos()), field.schema()));
            }
            case Outcome.Invalid invalid -> {
                List<Reason> reasons = invalid.reasons();
                yield reasons.size() == 1 ? reasons.getFirst().code() : reasons.toString();
            }
        };
    }

    /** One row: under these settings, an incoming value for a field of this type has this result. */
    record Example(String settings, String type, String incoming, String result) {}
}
