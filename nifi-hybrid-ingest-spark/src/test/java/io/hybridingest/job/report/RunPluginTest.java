package io.hybridingest.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.job.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that knows nothing of the plugin. */
class RunPluginTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path directory;

    private SparkConf conf;
    private SparkSession spark;

    @BeforeEach
    void start() {
        LocalSpark.end();
        conf = LocalSpark.conf()
                .setAppName("foreign")
                .set("spark.plugins", RunPlugin.class.getName())
                .set(RunReport.RUN_DIRECTORY, directory.toString())
                .set(RunReport.EPOCH, "4");
        spark = SparkSession.builder().config(conf).getOrCreate();
    }

    @AfterEach
    void end() {
        spark.stop();
        await().atMost(Duration.ofSeconds(30)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("hybrid-ingest-stop")));
        RunReport.open(conf).ifPresent(RunReport::close);
    }

    @Test
    void reportsAnApplicationThatEndsItsSession() throws IOException {
        assertThat(status().path("state").asText()).isEqualTo("RUNNING");
        assertThat(status().path("applicationId").asText())
                .isEqualTo(spark.sparkContext().applicationId());
        assertThat(status().path("applicationName").asText()).isEqualTo("foreign");
        assertThat(status().path("sparkVersion").asText()).isEqualTo("3.5.7");
        assertThat(status().path("epoch").asLong()).isEqualTo(4);

        spark.stop();

        assertThat(status().path("state").asText()).isEqualTo("SUCCEEDED");
    }

    @Test
    void reportsTheProgressOfAnyStreamingQueryAndStopsItBetweenBatches() throws Exception {
        StreamingQuery query = rates().foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> batch.count())
                .start();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(directory.resolve("progress.jsonl"))
                        && progress().size() > 2);
        JsonNode line = progress().get(2);
        assertThat(line.path("batchId").asLong()).isEqualTo(2);
        assertThat(line.path("rowsIn").asLong()).isPositive();
        assertThat(line.path("rowsInserted").isNull()).isTrue();
        assertThat(line.path("durationMillis").path("triggerExecution").asLong())
                .isPositive();

        Files.createFile(directory.resolve("stop"));
        query.awaitTermination();
        spark.stop();

        assertThat(status().path("state").asText()).isEqualTo("STOPPED");
    }

    @Test
    void remembersThatAQueryFailed() throws Exception {
        StreamingQuery query = rates().foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> {
                    throw new IllegalStateException("boom");
                })
                .start();
        assertThat(catchThrowable(query::awaitTermination)).isInstanceOf(StreamingQueryException.class);
        spark.stop();

        assertThat(status().path("state").asText()).isEqualTo("FAILED");
        assertThat(status().path("error").path("code").asText()).isEqualTo("query-failed");
        assertThat(status().path("error").path("message").asText()).contains("boom");
    }

    @Test
    void endsABatchApplicationThatIsAskedToStop() throws IOException {
        Files.createFile(directory.resolve("stop"));

        await().atMost(Duration.ofSeconds(30)).until(() -> spark.sparkContext().isStopped());

        assertThat(status().path("state").asText()).isEqualTo("STOPPED");
    }

    private DataStreamWriter<Row> rates() {
        Dataset<Row> rates =
                spark.readStream().format("rate").option("rowsPerSecond", 100).load();
        return rates.writeStream()
                .option("checkpointLocation", directory.resolve("checkpoint").toString())
                .trigger(Trigger.ProcessingTime(500));
    }

    private JsonNode status() throws IOException {
        return MAPPER.readTree(directory.resolve("status.json").toFile());
    }

    private List<JsonNode> progress() throws IOException {
        return Files.readAllLines(directory.resolve("progress.jsonl")).stream()
                .map(line -> {
                    try {
                        return MAPPER.readTree(line);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
