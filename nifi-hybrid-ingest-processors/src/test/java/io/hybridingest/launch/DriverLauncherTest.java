package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.SparkApplication.IngestJob;
import io.hybridingest.launch.SparkApplication.Lane;
import io.hybridingest.launch.SparkRun.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverLauncherTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SECRET = "correct-horse-battery-staple";

    @TempDir
    private Path directory;

    private SupervisionFixture fixture;

    @AfterEach
    void endDrivers() {
        fixture.killDrivers();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status SUCCEEDED; exit 0 | succeeded",
                "exit 0 | no-status",
                "status RUNNING; exit 0 | no-verdict",
                "status SUCCEEDED; exit 3 | exit-code",
                "echo no such class; exit 1 | exit-code",
                "status RUNNING; kill -9 $$ | exit-code",
                "status FAILED; exit 0 | failed",
                "status STOPPED; exit 0 | stopped"
            })
    void judgesByExitCodeAndStatus(String script, String code) throws Exception {
        SparkRun run = launch(script);
        await().until(() -> !run.isAlive());
        assertThat(run.observe()).isInstanceOfSatisfying(Observation.Ended.class, ended -> assertThat(
                        ended.outcome().code())
                .isEqualTo(code));
    }

    @Test
    void keepsSecretsOffTheCommandLineAndInAFileOfItsOwner() throws Exception {
        SparkRun run = launch(StubSpark.WAITS, Map.of("spark.hybridingest.kafka.sasl.jaas.config", SECRET));
        await().until(() -> run.directory().status().isPresent());
        ProcessHandle driver = run.process().living().orElseThrow();
        assertThat(Drivers.commandLine(driver))
                .contains("spark.properties", "org.example.App")
                .doesNotContain(SECRET);
        assertThat(run.directory().properties()).containsValue(SECRET);
        assertThat(Files.getPosixFilePermissions(run.directory().propertiesFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(run.directory().path().resolve("request.json")))
                .doesNotContain(SECRET);
    }

    @Test
    void runsSparkOnTheGivenJava() throws Exception {
        SparkRun run = launch(StubSpark.SUCCEEDS);
        await().until(() -> !run.isAlive());
        assertThat(run.directory().logTail()).contains("java home " + fixture.spark.javaHome());
    }

    @Test
    void mergesTheInstallationsDefaultsUnderTheServicesSettings() throws Exception {
        fixture = new SupervisionFixture(
                directory,
                StubSpark.SUCCEEDS,
                Map.of("spark.driver.memory", "2g", "spark.plugins", "org.example.Theirs"));
        Files.writeString(
                fixture.spark.home().resolve("conf").resolve("spark-defaults.conf"),
                "spark.driver.memory  1g\nspark.eventLog.enabled\ttrue\n");
        Map<String, String> conf = launched(fixture).directory().properties();
        assertThat(conf)
                .containsEntry("spark.driver.memory", "2g")
                .containsEntry("spark.eventLog.enabled", "true")
                .containsEntry("spark.plugins", "org.example.Theirs,io.hybridingest.job.report.RunPlugin")
                .containsEntry("spark.jars", directory.resolve("bundle.jar").toString())
                .containsEntry("spark.hybridingest.epoch", Long.toString(NOW.getEpochSecond()))
                .containsEntry(
                        "spark.hybridingest.run-directory",
                        fixture.onlyRun().path().toString());
    }

    @Test
    void givesTheIngestJobWhatDeltaNeedsUnlessTheUserSaidOtherwise() throws Exception {
        fixture = new SupervisionFixture(directory, StubSpark.SUCCEEDS, Map.of("spark.sql.shuffle.partitions", "64"));
        DataInterval interval = new DataInterval(NOW.minusSeconds(60), NOW);
        LaunchPlan plan = new LaunchPlan(new IngestJob(Lane.BATCH, interval), Map.of(), "{}", "print", interval);
        SparkRun run = fixture.launcher.launch(plan, fixture.ledger.open(NOW, fixture.launcher, Map.of()), NOW);
        assertThat(run.directory().properties())
                .containsEntry("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .containsEntry("spark.sql.session.timeZone", "UTC")
                .containsEntry("spark.sql.shuffle.partitions", "64");
        assertThat(run.request().arguments())
                .containsExactly(
                        "--mode",
                        "batch",
                        "--pipeline",
                        run.directory().pipelineFile().toString(),
                        "--interval-start",
                        "2025-12-31T23:59:00Z",
                        "--interval-end",
                        "2026-01-01T00:00:00Z");
        assertThat(run.directory().pipelineFile()).hasContent("{}");
    }

    @Test
    void leavesNoProcessWhereSparkSubmitCannotStart() throws Exception {
        fixture = new SupervisionFixture(directory, StubSpark.SUCCEEDS);
        Files.delete(fixture.spark.home().resolve("bin").resolve("spark-submit"));
        assertThatThrownBy(() -> launched(fixture)).isInstanceOf(IOException.class);
        assertThat(SparkRun.find(fixture.onlyRun()).orElseThrow().observe())
                .isInstanceOf(Observation.NeverStarted.class);
    }

    @Test
    void findsTheProcessOfALaunchThatWasCutShortBeforeItWasRecorded() throws Exception {
        SparkRun run = launch(StubSpark.WAITS);
        RunRequest request = run.request();
        run.directory()
                .write(new RunRequest(
                        request.launchId(),
                        request.processorId(),
                        request.epoch(),
                        request.application(),
                        request.arguments(),
                        null,
                        null,
                        request.launchedAt(),
                        0,
                        null));
        SparkRun found = SparkRun.find(run.directory()).orElseThrow();
        assertThat(found.process().living())
                .hasValueSatisfying(process -> assertThat(process.pid()).isEqualTo(request.pid()));
    }

    @Test
    void doesNotTakeAnotherProcessWithTheSameIdForItsOwn() throws Exception {
        SparkRun run = launch(StubSpark.SUCCEEDS);
        await().until(() -> !run.isAlive());
        RunRequest request = run.request();
        run.directory()
                .write(new RunRequest(
                        request.launchId(),
                        request.processorId(),
                        request.epoch(),
                        request.application(),
                        request.arguments(),
                        null,
                        null,
                        request.launchedAt(),
                        ProcessHandle.current().pid(),
                        NOW));
        assertThat(SparkRun.find(run.directory()).orElseThrow().isAlive()).isFalse();
    }

    private SparkRun launch(String script) throws IOException {
        return launch(script, Map.of());
    }

    private SparkRun launch(String script, Map<String, String> properties) throws IOException {
        fixture = new SupervisionFixture(directory, script, properties);
        return launched(fixture);
    }

    private static SparkRun launched(SupervisionFixture fixture) throws IOException {
        return fixture.launcher.launch(fixture.plan(), fixture.ledger.open(NOW, fixture.launcher, Map.of()), NOW);
    }
}
