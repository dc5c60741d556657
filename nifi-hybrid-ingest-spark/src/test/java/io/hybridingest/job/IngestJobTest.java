package io.hybridingest.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.job.report.RunPlugin;
import io.hybridingest.job.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestJobTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path home;

    private SparkConf conf;

    @BeforeEach
    void start() {
        LocalSpark.end();
        conf = LocalSpark.conf()
                .set("spark.plugins", RunPlugin.class.getName())
                .set(RunReport.RUN_DIRECTORY, run().toString())
                .set(RunReport.EPOCH, "9");
    }

    @AfterEach
    void closeReport() {
        RunReport.open(conf).ifPresent(RunReport::close);
    }

    @Test
    void aBatchRunSaysWhatItDid() throws IOException {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 20));
        orders.land("b.avro", orders.orders(10, 30));

        int code = IngestJob.run(
                conf,
                "--mode",
                "batch",
                "--pipeline",
                orders.file().toString(),
                "--interval-start",
                "2026-01-01T00:00:00Z",
                "--interval-end",
                "2026-01-01T01:00:00Z");

        assertThat(code).isZero();
        assertThat(status().path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(status().path("applicationName").asText()).isEqualTo("orders-batch");
        JsonNode line = MAPPER.readTree(
                Files.readAllLines(run().resolve("progress.jsonl")).get(0));
        assertThat(line.path("rowsIn").asLong()).isEqualTo(40);
        assertThat(line.path("rowsInserted").asLong()).isEqualTo(30);
        assertThat(line.path("rowsDuplicate").asLong()).isEqualTo(10);
        assertThat(line.path("rowsQuarantined").asLong()).isZero();
        assertThat(line.path("lagRecords").isNull()).isTrue();
        JsonNode metadata =
                MAPPER.readTree(lastCommit(orders).path("userMetadata").asText());
        assertThat(metadata).isEqualTo(MAPPER.readTree("""
                {"pipeline": "orders", "lane": "batch", "epoch": 9, "generation": 0, "batchId": 0, "files": 2, "rowsIn": 40, "rowsQuarantined": 0, "rowsDropped": 0, "rowsInserted": 30,
                 "interval": {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z"},
                 "quarantine": {"tableId": "%s", "version": 0},
                 "ledger": {"asOf": 0, "heads": []}}""".formatted(quarantineId(orders))));
    }

    @Test
    void aWrongCommandLineEndsWithTwo() throws IOException {
        assertThat(IngestJob.run(conf, "--mode", "both", "--pipeline", "p")).isEqualTo(2);

        assertThat(status().path("state").asText()).isEqualTo("FAILED");
        assertThat(status().path("error").path("code").asText()).isEqualTo("usage");
        assertThat(status().path("error").path("message").asText())
                .contains("--mode is stream, batch, replay, backfill or maintain, not both");
    }

    @Test
    void aDefinitionThatIsNoneEndsWithOne() throws IOException {
        Path file = Files.writeString(home.resolve("p.json"), "{}");

        assertThat(IngestJob.run(conf, "--mode", "batch", "--pipeline", file.toString()))
                .isEqualTo(1);

        assertThat(status().path("error").path("code").asText()).isEqualTo("invalid-definition");
    }

    @Test
    void aTransformThatCannotBeUsedIsRefusedBeforeAnythingIsMade() throws IOException {
        Orders orders = new Orders(home).transform("SELECT amuont FROM input");

        assertThat(IngestJob.run(
                        conf, "--mode", "batch", "--pipeline", orders.file().toString()))
                .isEqualTo(1);

        assertThat(status().path("error").path("code").asText()).isEqualTo("invalid-query");
        assertThat(Path.of(orders.table())).doesNotExist();
    }

    @Test
    void aStreamWithoutBrokersSaysWhichKeyToSet() throws IOException {
        Orders orders = new Orders(home);

        assertThat(IngestJob.run(
                        conf, "--mode", "stream", "--pipeline", orders.file().toString()))
                .isEqualTo(2);

        assertThat(status().path("error").path("message").asText())
                .isEqualTo("Set spark.hybridingest.kafka.bootstrap.servers");
    }

    @Test
    void aRunThatIsAskedToStopBeforeItBeginsReadsNothing() throws IOException {
        Orders orders = new Orders(home);
        orders.land("a.avro", orders.orders(0, 20));
        Files.createDirectories(run());
        Files.createFile(run().resolve("stop"));

        assertThat(IngestJob.run(
                        conf, "--mode", "batch", "--pipeline", orders.file().toString()))
                .isZero();

        assertThat(status().path("state").asText()).isEqualTo("STOPPED");
    }

    private Path run() {
        return home.resolve("run");
    }

    private JsonNode status() throws IOException {
        return MAPPER.readTree(run().resolve("status.json").toFile());
    }

    private static String quarantineId(Orders orders) throws IOException {
        Path made = Path.of(orders.definition().table().quarantinePath(), "_delta_log", "%020d.json".formatted(0));
        for (String action : Files.readAllLines(made)) {
            JsonNode metadata = MAPPER.readTree(action).path("metaData");
            if (!metadata.isMissingNode()) {
                return metadata.path("id").asText();
            }
        }
        throw new AssertionError(made + " makes no table");
    }

    private static JsonNode lastCommit(Orders orders) throws IOException {
        Path log = Path.of(orders.table(), "_delta_log");
        Path last = Arrays.stream(log.toFile().listFiles((directory, name) -> name.matches("\\d+\\.json")))
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .toPath();
        List<String> lines = Files.readAllLines(last);
        return MAPPER.readTree(lines.get(0)).path("commitInfo");
    }
}
