package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
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
    void letsTheServiceFindOutWhichPackagesSparkResolves(@TempDir Path directory) throws Exception {
        Path module = Files.createDirectories(directory.resolve("repository/org/example/small/1.0"));
        Files.writeString(module.resolve("small-1.0.pom"), """
                <project><modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId><artifactId>small</artifactId><version>1.0</version>
                </project>""");
        new JarOutputStream(Files.newOutputStream(module.resolve("small-1.0.jar")), new Manifest()).close();
        Path settings = Files.writeString(directory.resolve("ivysettings.xml"), """
                <ivysettings>
                  <settings defaultResolver="mirror"/>
                  <resolvers><ibiblio name="mirror" m2compatible="true" root="%s"/></resolvers>
                </ivysettings>""".formatted(
                        directory.resolve("repository").toUri()));
        assertThat(resolution("org.example:small:1.0", settings, directory).getOutcome())
                .isEqualTo(Outcome.SUCCESSFUL);
        ConfigVerificationResult missing = resolution("org.example:small:2.0", settings, directory);
        assertThat(missing.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(missing.getExplanation()).startsWith("org.example#small;2.0: not found");
    }

    private static ConfigVerificationResult resolution(String packages, Path settings, Path directory)
            throws Exception {
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        TestRunner runner = TestRunners.newTestRunner(new RunSparkBatch());
        StandardSparkSubmitService submit = new StandardSparkSubmitService();
        runner.addControllerService("submit", submit);
        Map<PropertyDescriptor, String> properties = Map.of(
                        "Spark Home", spark.sparkHome(),
                        "Java Home", spark.javaHome(),
                        "Working Directory", directory.resolve("runs"),
                        "Packages", packages,
                        "spark.jars.ivySettings", settings,
                        "spark.jars.ivy", directory.resolve("ivy"))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        property -> submit.getPropertyDescriptor(property.getKey()),
                        property -> property.getValue().toString()));
        MockConfigurationContext context = new MockConfigurationContext(
                submit, properties, runner.getProcessContext().getControllerServiceLookup(), Map.of());
        return submit.verify(context, runner.getLogger(), Map.of()).getLast();
    }

    @Test
    void holdsTheFlights() throws IOException {
        Path flights = SparkDistribution.install(System.out::println).flights();
        assertThat(Files.size(flights.resolve("flights.csv.zip"))).isGreaterThan(1_000_000);
    }
}
