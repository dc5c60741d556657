package io.hybridingest.job.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.job.LocalSpark;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunMetricsTest {
    private static final String SINK = "spark.metrics.conf.*.sink.prometheusServlet.";

    @TempDir
    private Path directory;

    @Test
    void prometheusFindsThemWhereSparkServesItsOwn() throws Exception {
        LocalSpark.end();
        SparkConf conf = LocalSpark.conf()
                .set("spark.ui.enabled", "true")
                .set("spark.ui.port", "0")
                .set("spark.plugins", RunPlugin.class.getName())
                .set(RunReport.RUN_DIRECTORY, directory.resolve("run").toString())
                .set(SINK + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
                .set(SINK + "path", "/metrics/prometheus");
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        try {
            assertThat(metric(spark, "microBatches_Count")).isEqualTo(0);
            assertThat(metric(spark, "lagRecords_Value")).as("not known").isEqualTo(-1);
            StreamingQuery query = spark.readStream()
                    .format("rate")
                    .option("rowsPerSecond", 1000)
                    .load()
                    .withWatermark("timestamp", "1 second")
                    .writeStream()
                    .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> batch.count())
                    .option(
                            "checkpointLocation",
                            directory.resolve("checkpoint").toString())
                    .trigger(Trigger.ProcessingTime(200))
                    .start();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> metric(spark, "rowsIn_Count") > 0
                            && metric(spark, "watermarkSeconds_Value") > 1_700_000_000);
            query.stop();

            assertThat(metric(spark, "microBatches_Count")).isPositive();
            assertThat(metric(spark, "triggerExecutionMillis_Value")).isPositive();
            assertThat(metric(spark, "rowsInserted_Count"))
                    .as("the application does not say")
                    .isZero();
        } finally {
            spark.stop();
            RunReport.open(conf).ifPresent(RunReport::close);
        }
    }

    private static double metric(SparkSession spark, String name) {
        String address = spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/";
        try {
            String text = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher line = Pattern.compile("(?m)^metrics_\\S+_RunPlugin_" + name + "(?:\\{[^}]*})? (\\S+)$")
                    .matcher(text);
            assertThat(line.find()).as("%s in %s", name, text).isTrue();
            return Double.parseDouble(line.group(1));
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
