package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the reference of the definition against the code. */
class PipelineDefinitionDocumentTest {
    private final String document = read(Path.of("..", "docs", "pipeline-definition.md"));

    @Test
    void theTableOfKeysHasEveryKey() throws JsonProcessingException {
        JsonNode definition = new ObjectMapper().readTree(Definitions.resource("payments.json"));
        List<String> keys = new ArrayList<>();
        definition.fields().forEachRemaining(section -> {
            boolean nested = section.getValue().isObject() && !section.getKey().equals("schema");
            if (nested) {
                section.getValue().fieldNames().forEachRemaining(key -> keys.add(section.getKey() + "." + key));
            } else if (!section.getKey().equals("checks")) {
                keys.add(section.getKey());
            }
        });
        definition.get("checks").get(0).fieldNames().forEachRemaining(key -> keys.add("checks[]." + key));
        keys.remove("prepare.normalise");
        definition.at("/prepare/normalise").fieldNames().forEachRemaining(key -> keys.add("prepare.normalise." + key));
        // Left out where a definition says nothing.
        keys.addAll(List.of("table.tombstone", "table.tombstone-retention"));
        Matcher rows = Pattern.compile("(?m)^\\| `([a-z.\\[\\]-]{2,})` \\|").matcher(document);
        assertThat(rows.results().map(row -> row.group(1))).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void theExampleIsValid() {
        Matcher example = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(document);
        assertThat(example.find()).isTrue();
        assertThatCode(() -> PipelineDefinition.fromYaml(example.group(1))).doesNotThrowAnyException();
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
