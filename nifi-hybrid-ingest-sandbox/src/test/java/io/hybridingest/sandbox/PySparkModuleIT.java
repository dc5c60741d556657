package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the module for PySpark says of tables that the job has written, against what was landed. */
class PySparkModuleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int RECORDS = 100;
    private static final String YAML = """
            pipeline: readings
            schema:
              type: record
              name: Reading
              fields:
                - {name: sensor, type: string}
                - {name: read_at, type: {type: long, logicalType: timestamp-millis}}
                - {name: text, type: string}
            identity: [sensor, read_at]
            event-time: {field: read_at}
            checks:
              - {name: no-seven, require: "NOT endswith(text, '7')", otherwise: quarantine}
              - {name: no-three, require: "NOT endswith(text, '3')", otherwise: drop}
            stream: {topic: readings}
            batch: {landing: %1$s/landing}
            table: {path: %1$s/table}
            """;

    @Test
    void readsTableQuarantineAndLedgerAndSaysWhatToDoWhereTheyAreNot() throws Exception {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("pyspark-module"))
                .withSpark()
                .fresh()
                .start()) {
            PipelineDefinition pipeline = PipelineDefinition.fromYaml(YAML.formatted(sandbox.data()));
            Path definition = Files.createDirectories(sandbox.data()).resolve("pipeline.json");
            Files.writeString(definition, pipeline.toJson());
            land(sandbox, pipeline, "first.avro", 0);
            runBatch(sandbox, definition, 1);
            land(sandbox, pipeline, "overlapping.avro", RECORDS / 2);
            runBatch(sandbox, definition, 2);

            Path result = sandbox.data().resolve("result.json");
            ChildProcess reading = new SparkScript(PySparkModuleIT.class, "read_pipeline.py")
                    .run(sandbox, PATIENCE, modules(), definition, result);

            assertThat(reading.exitValue()).as(reading.lastLines()).isZero();
            JsonNode found = new ObjectMapper().readTree(result.toFile());
            assertThat(found.path("rows").asLong()).isEqualTo(120).isEqualTo(rows(sandbox, "table"));
            assertThat(found.path("quarantined").asLong()).isEqualTo(15).isEqualTo(rows(sandbox, "table_quarantine"));
            assertLedger(found);
            assertRefusals(found.path("refusals"), sandbox.data());
            assertThat(Files.readString(reading.log()))
                    .containsPattern("\\|\\s*batch\\|\\s*120\\|")
                    .containsPattern("\\|\\s*check\\|\\s*no-seven\\|\\s*15\\|")
                    .containsPattern(
                            "\\|\\s*batch\\|\\s*\\d+\\|\\s*200\\|\\s*120\\|\\s*0\\|\\s*40\\|\\s*20\\|\\s*20\\|");
        }
    }

    private static void assertLedger(JsonNode found) {
        List<String> batches = new ArrayList<>();
        for (JsonNode commit : found.path("ledger")) {
            assertThat(commit.path("lane").asText()).isEqualTo("batch");
            assertThat(commit.path("timestamp").asText()).isNotEmpty();
            if (commit.path("rows_in").asLong() > 0) {
                batches.add(
                        "epoch %s generation %s batch %s files %s: in %s inserted %s updated %s duplicate %s quarantined %s dropped %s, then %s"
                                .formatted(
                                        commit.path("epoch"),
                                        commit.path("generation"),
                                        commit.path("batch_id"),
                                        commit.path("files"),
                                        commit.path("rows_in"),
                                        commit.path("rows_inserted"),
                                        commit.path("rows_updated"),
                                        commit.path("rows_duplicate"),
                                        commit.path("rows_quarantined"),
                                        commit.path("rows_dropped"),
                                        found.path("rowsAtVersion")
                                                .path(commit.path("version").asText())));
            }
        }
        assertThat(batches)
                .containsExactly(
                        "epoch 1 generation 0 batch 0 files 1: in 100 inserted 80 updated 0 duplicate 0 quarantined 10 dropped 10, then 80",
                        "epoch 2 generation 0 batch 1 files 1: in 100 inserted 40 updated 0 duplicate 40 quarantined 10 dropped 10, then 120");
    }

    private static void assertRefusals(JsonNode refusals, Path data) {
        String noTable =
                "There is no table at %s yet. The first run of readings makes it".formatted(data.resolve("nowhere"));
        Map.ofEntries(
                        Map.entry("noDelta", "This Spark session has no Delta Lake. Start it with delta-spark_2.12"),
                        Map.entry("noTable", noTable),
                        Map.entry("noTableForTheLedger", noTable),
                        Map.entry("noVersionOfNoTable", noTable),
                        Map.entry(
                                "noQuarantine",
                                "There is no quarantine table at %s yet".formatted(data.resolve("empty"))),
                        Map.entry("noVersion", "has no version 1000: Cannot time travel"),
                        Map.entry(
                                "foreign",
                                "is not the table of a pipeline: it has no column _ingest_id, _ingest_lane."),
                        Map.entry(
                                "swapped", "is not the quarantine table of a pipeline: it has no column quarantine_id"),
                        Map.entry("otherPipeline", "was written by readings, and not by others"),
                        Map.entry(
                                "noDefinition",
                                "Cannot read the definition %s".formatted(data.resolve("missing.json"))),
                        Map.entry("noDefinitionAtUri", "Cannot read the definition file:///missing.json"),
                        Map.entry("yaml", "is no canonical definition of a pipeline. Pass the pipeline.json"))
                .forEach((what, message) ->
                        assertThat(refusals.path(what).asText()).as(what).contains(message));
        assertThat(refusals).hasSize(12);
    }

    private static void land(Sandbox sandbox, PipelineDefinition pipeline, String name, int first) throws IOException {
        Path records = Files.createDirectories(sandbox.data().resolve("landing").resolve("records"));
        Files.write(records.resolve(name), Readings.container(pipeline, first, RECORDS));
    }

    private static void runBatch(Sandbox sandbox, Path definition, int epoch) {
        SparkDistribution spark = sandbox.spark();
        ChildProcess job = sandbox.run(
                "batch-" + epoch,
                List.of(
                        spark.sparkSubmit().toString(),
                        "--master",
                        "local[2]",
                        "--jars",
                        spark.jars().stream().map(Path::toString).collect(Collectors.joining(",")),
                        "--conf",
                        "spark.ui.enabled=false",
                        "--conf",
                        "spark.hybridingest.epoch=" + epoch,
                        "--class",
                        "io.hybridingest.job.IngestJob",
                        Layout.ofBuild().ingestJob().toString(),
                        "--mode",
                        "batch",
                        "--pipeline",
                        definition.toString()),
                Map.of(
                        "JAVA_HOME", spark.javaHome().toString(),
                        "SPARK_HOME", spark.sparkHome().toString(),
                        "SPARK_LOCAL_IP", Ports.LOOPBACK));
        Waiting.until("the batch run to end; see " + job.log(), PATIENCE, () -> !job.isAlive());
        assertThat(job.exitValue()).as(job.lastLines()).isZero();
    }

    private static long rows(Sandbox sandbox, String table) {
        return new DeltaLog(sandbox.data().resolve(table)).refreshed().rows();
    }

    private static Path modules() {
        return Layout.ofBuild().root().resolve("nifi-hybrid-ingest-spark/src/main/python");
    }
}
