package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.sandbox.NifiApi.Component;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import io.hybridingest.sandbox.proof.HybridRun.Chaos;
import io.hybridingest.sandbox.proof.Report;
import io.hybridingest.sandbox.proof.SparkRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, scaled down, with every kind of trouble it can make. */
class DemoIT {
    private static final String SPARK_SECRET = "spark-secret-7f1c";
    private static final String KAFKA_SECRET = "kafka-secret-7f1c";
    private static final String ENVIRONMENT_SECRET = "environment-secret-7f1c";

    @TempDir
    Path profile;

    @Test
    void everyRecordIsInTheTableOnceOrInQuarantineThoughTheStreamDriverAndThenNifiAreKilled() throws IOException {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("demo"))
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .progress(System.out::println)
                .start()) {
            HybridRun run = new HybridRun(sandbox, FeedScale.small(), EnumSet.allOf(Chaos.class), System.out::println);

            run.beforeStart(group -> giveSecrets(sandbox.nifi().api(), group));
            Report report = run.run();

            System.out.println(report.table());
            assertThat(report.problems())
                    .as("logs are in %s, run directories in %s", sandbox.logs(), sandbox.sparkRuns())
                    .isEmpty();
            assertThat(report.count("sent")).isGreaterThan(3_000);
            assertThat(report.count("lanes.stream")).isPositive();
            assertThat(report.count("lanes.batch")).isPositive();
            assertThat(report.count("quarantined.expected")).isEqualTo(12);
            assertThat(report.count("rescued.expected")).isPositive();
            assertThat(report.seconds("streamLatencySeconds.p50")).isPresent();
            assertThat(report.json().path("chaos")).hasSize(2);
            assertThat(report.json().path("chaos").path(1).asText()).contains("lived on");
            assertThat(new SparkRuns(sandbox.sparkRuns()).streamLaunches())
                    .as("at first, and after the driver was killed; NiFi adopted the driver that it found")
                    .isEqualTo(2);
            assertThat(sandbox.nifi().api().components(run.group())).allMatch(Component::isValid);
            takePicture(sandbox, run);
            requireSecrecy(sandbox);
        }
    }

    /** None of them is needed by anybody, but all are given to the driver as a password would be. */
    private static void giveSecrets(NifiApi api, String group) {
        for (Component service : api.controllerServices(group)) {
            if (service.type().endsWith("StandardSparkSubmitService")) {
                api.setSecretServiceProperties(
                        service.id(), Map.of("spark.test.token", SPARK_SECRET, "env.TEST_TOKEN", ENVIRONMENT_SECRET));
            } else if (service.type().endsWith("StandardKafkaClusterService")) {
                api.setSecretServiceProperties(service.id(), Map.of("ssl.key.password", KAFKA_SECRET));
            }
        }
    }

    /** In no file but the run directory's own, which only its user reads, and in no command line; in the environment only what is meant for it. */
    private static void requireSecrecy(Sandbox sandbox) throws IOException {
        ProcessHandle driver = new SparkRuns(sandbox.sparkRuns())
                .streamDriver()
                .flatMap(ProcessHandle::of)
                .orElseThrow();
        assertThat(ProcFiles.environment(driver))
                .contains(ENVIRONMENT_SECRET)
                .doesNotContain(SPARK_SECRET, KAFKA_SECRET);
        List<String> secrets = List.of(SPARK_SECRET, KAFKA_SECRET, ENVIRONMENT_SECRET);
        assertThat(ProcFiles.commandLines()).noneMatch(line -> secrets.stream().anyMatch(line::contains));
        Map<String, List<Path>> found = SecretSearch.in(
                sandbox.directory(),
                List.of(SPARK_SECRET, KAFKA_SECRET, ENVIRONMENT_SECRET, "spark.test.token", "hybrid.lane"));
        assertThat(found.get("spark.test.token"))
                .as("NiFi's flow is looked into")
                .anyMatch(file -> file.endsWith("flow.json.gz"));
        assertThat(found.get("hybrid.lane")).as("provenance is looked into").anyMatch(file -> file.toString()
                .contains("provenance_repository"));
        for (String secret : secrets) {
            assertThat(found.get(secret))
                    .as("the run directory has it")
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        assertThat(file).startsWith(sandbox.sparkRuns());
                        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                .isEqualTo("rw-------");
                    });
        }
    }

    /** The flow at work; for people, where there is a browser. */
    private void takePicture(Sandbox sandbox, HybridRun run) throws IOException {
        int processors = sandbox.nifi().api().processors(run.group()).size();
        if (CanvasPicture.isPossible()) {
            try (CanvasPicture picture = CanvasPicture.open(run.canvas(), profile, processors)) {
                picture.save(Path.of("target", "canvas-at-work.png"));
            }
        }
    }
}
