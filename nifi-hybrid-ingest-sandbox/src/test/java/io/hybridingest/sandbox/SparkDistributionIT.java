package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkDistributionIT {
    @Test
    void runsAPySparkApplicationOverDeltaAvroAndKafkaWithoutADownload(@TempDir Path directory) throws Exception {
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        Path application = Path.of(getClass().getResource("/round_trip.py").toURI());
        String jars = spark.jars().stream().map(Path::toString).collect(Collectors.joining(","));
        try (Processes processes = Processes.in(directory.resolve("run"))) {
            ChildProcess submit = processes.start(new Launch(
                    "spark-submit",
                    List.of(
                            spark.sparkSubmit().toString(),
                            "--master",
                            "local[1]",
                            "--jars",
                            jars,
                            "--conf",
                            "spark.ui.enabled=false",
                            "--conf",
                            "spark.driver.bindAddress=127.0.0.1",
                            "--conf",
                            "spark.driver.host=127.0.0.1",
                            "--conf",
                            "spark.jars.ivy=" + directory.resolve("ivy"),
                            "--conf",
                            "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
                            "--conf",
                            "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
                            application.toString(),
                            directory.resolve("table").toString()),
                    Map.of(
                            "JAVA_HOME", spark.javaHome().toString(),
                            "PYSPARK_PYTHON", spark.python().toString()),
                    directory,
                    directory.resolve("spark-submit.log")));
            Waiting.until("the application to end", Duration.ofMinutes(4), () -> !submit.isAlive());

            assertThat(submit.exitValue()).as(submit.lastLines()).isZero();
            assertThat(Files.readString(submit.log()))
                    .contains("rows: 5 kafka columns: key,value,topic,partition,offset")
                    .contains("version: " + Layout.ofBuild().versions().get("spark"));
            assertThat(directory.resolve("ivy")).doesNotExist();
        }
    }

    @Test
    void holdsTheFlights() throws IOException {
        Path flights = SparkDistribution.install(System.out::println).flights();
        assertThat(Files.size(flights.resolve("flights.csv.zip"))).isGreaterThan(1_000_000);
    }
}
