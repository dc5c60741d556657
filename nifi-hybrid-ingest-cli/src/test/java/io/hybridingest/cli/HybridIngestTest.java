package io.hybridingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.DefinitionJsonSchema;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HybridIngestTest {
    static final String ORDERS = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - {name: id, type: long}
                - {name: at, type: {type: long, logicalType: timestamp-millis}}
            identity: [id]
            event-time: {field: at}
            batch: {landing: /landing/orders}
            table: {path: '#{table.path}/orders'}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void checkSaysWhatAValidDefinitionIs() throws IOException {
        String file = file("orders.yaml", ORDERS);
        assertThat(run("check", file, "-p", "table.path=/tables")).isZero();
        String fingerprint = PipelineDefinition.fromYaml(ORDERS.replace("#{table.path}", "/tables"))
                .fingerprint();
        assertThat(out.toString())
                .isEqualTo("%s: valid: pipeline orders, 2 fields, identity [id], fingerprint %s%n"
                        .formatted(file, fingerprint));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkSaysEveryErrorWithFileAndLine() throws IOException {
        String file = file("orders.yaml", ORDERS.replace("[id]", "[idd]"));
        assertThat(run("check", file)).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        file + ":8: identity[0]: 'idd' is not a field of the schema. Did you mean 'id'?",
                        file
                                + ":11: table.path: the parameter #{table.path} was not resolved. Add it to the parameter context"
                                + " of the process group, or write the value itself");
    }

    @Test
    void checkGoesOnAfterAFileThatIsNotThere() throws IOException {
        String valid = file("orders.yaml", ORDERS.replace("#{table.path}", "/tables"));
        String invalid = file("empty.yaml", "");
        String missing = directory.resolve("missing.yaml").toString();
        assertThat(run("check", missing, invalid, valid)).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("%s: there is no such file%n".formatted(missing));
        assertThat(out.toString())
                .contains(invalid + ": the definition must be a mapping, but is nothing")
                .contains(valid + ": valid: ");
    }

    @Test
    void checkReadsStandardInput() {
        assertThat(runReading(
                        ORDERS.replace("pipeline: orders", "pipelin: orders"), "check", "-", "-p", "table.path=/t"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("<stdin>:1: pipeline: is missing.")
                .contains("<stdin>:1: pipelin: unknown key. Did you mean 'pipeline'?");
    }

    @Test
    void checkReadsAByteOrderMarkAndRefusesOtherEncodings() throws IOException {
        String marked = file("marked.yaml", "\uFEFF" + ORDERS);
        assertThat(run("check", "-p", "table.path=/t", marked)).isZero();
        Path latin = directory.resolve("latin.yaml");
        Files.write(latin, ORDERS.replace("orders", "año").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(run("check", latin.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("%s: is not text in UTF-8. Save it as UTF-8%n".formatted(latin));
        assertThat(run("check", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(directory + ": cannot be read: ");
    }

    @Test
    void compareSaysWhatBreaksAndWhatIsWorthKnowing() throws IOException {
        String older = file("older.yaml", ORDERS);
        String newer = file("newer.yaml", ORDERS.replace("{name: id, type: long}", "{name: id, type: string}"));
        assertThat(run("compare", older, newer, "-p", "table.path=/tables")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        newer
                                + ": breaks: id: was long and is string, and Avro does not read one as the other. Keep the type, or"
                                + " add a field of the other type and of another name, with a default",
                        newer
                                + ": breaks: id: was long and is string, so the same record would get another identity and come in"
                                + " twice. Keep the types of identity fields",
                        newer
                                + ": note: schema: has another fingerprint than the messages that are still in the topic; the job"
                                + " reads them by Avro's rules of resolution. Nothing is to be done where a job has run with"
                                + " the definition before",
                        newer + ": may not follow " + older);
    }

    @Test
    void compareLetsAnEqualDefinitionFollowItsJson() throws IOException {
        String resolved = ORDERS.replace("#{table.path}", "/tables");
        String json =
                file("pipeline.json", PipelineDefinition.fromYaml(resolved).toJson());
        assertThat(runReading(ORDERS, "compare", json, "-", "--parameter", "table.path=/tables"))
                .isZero();
        assertThat(out.toString()).isEqualTo("<stdin>: may follow %s%n".formatted(json));
    }

    @Test
    void compareNeedsTwoValidDefinitions() throws IOException {
        String file = file("orders.yaml", ORDERS);
        assertThat(run("compare", file, file)).isEqualTo(2);
        assertThat(err.toString()).contains(file + ":11: table.path: the parameter #{table.path} was not resolved.");
        assertThat(out.toString()).isEmpty();
        assertThat(run("compare", file)).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required parameter: 'NEW'");
    }

    @Test
    void printsTheJsonSchema() {
        assertThat(run("json-schema")).isZero();
        assertThat(out.toString()).isEqualTo(DefinitionJsonSchema.text());
    }

    @Test
    void helpsAndRefusesWhatItDoesNotKnow() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("check", "compare", "json-schema");
        assertThat(run("chek", "x.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean: nifi-hybrid-ingest check");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required subcommand");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private int run(String... arguments) {
        return runReading("", arguments);
    }

    private int runReading(String standardInput, String... arguments) {
        return HybridIngest.commandLine(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
