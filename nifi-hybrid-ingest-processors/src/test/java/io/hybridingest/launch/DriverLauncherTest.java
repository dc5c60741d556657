package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.hybridingest.launch.SparkApplication.IngestJob;
import io.hybridingest.launch.SparkApplication.Lane;
import io.hybridingest.launch.SparkRun.Observation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
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
                "status STOPPED; exit 0 | stopped",
                "echo java.lang.Exception: no harm done; status SUCCEEDED; exit 0 | succeeded",
                "status SUCCEEDED; sleep 0.2; status FAILED; exit 0 | failed",
                "status RUNNING; kill -TERM $$; sleep 5 | exit-code"
            })
    void judgesByExitCodeAndStatus(String script, String code) throws Exception {
        SparkRun run = launch(script);
        await().until(() -> !run.isAlive(NOW));
        assertThat(run.observe(NOW)).isInstanceOfSatisfying(Observation.Ended.class, ended -> assertThat(
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
        await().until(() -> !run.isAlive(NOW));
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
        assertThat(SparkRun.find(fixture.onlyRun()).orElseThrow().observe(NOW))
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
                        request.deployMode(),
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
        await().until(() -> !run.isAlive(NOW));
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
                        request.deployMode(),
                        request.launchedAt(),
                        ProcessHandle.current().pid(),
                        NOW));
        assertThat(SparkRun.find(run.directory()).orElseThrow().isAlive(NOW)).isFalse();
    }

    @Test
    void knowsWhatALaunchStartedAfterItsDriverIsGone() throws Exception {
        SparkRun run = launch(StubSpark.HANGS);
        Path file = run.directory().path().resolve("grandchild");
        await().until(() -> Files.exists(file));
        long grandchild = Long.parseLong(Files.readString(file).trim());
        run.process().living().orElseThrow().destroyForcibly();
        await().until(() -> !run.isAlive(NOW));
        assertThat(ProcessTable.marked(run.directory()))
                .extracting(ProcessHandle::pid)
                .contains(grandchild);
        Ending leftovers = Ending.ofLeftovers(run, NOW);
        await().until(() -> leftovers.advance(NOW));
        assertThat(ProcessHandle.of(grandchild).filter(ProcessTable::alive)).isEmpty();
    }

    @Test
    void boundsALogOfAnyLengthAndKeepsItsEnd() throws Exception {
        SparkRun run = launch("yes 'a line of the log' | head -c 1000000000;"
                + " while [ $(stat -c %s \"$RUN/driver.log\") -gt 68000000 ]; do sleep 0.05; done;"
                + " echo the end; status SUCCEEDED; exit 0");
        AtomicLong allocated = new AtomicLong();
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            long before = allocatedBytes();
            run.directory().cutLog();
            run.directory().logTail();
            allocated.accumulateAndGet(allocatedBytes() - before, Math::max);
            return !run.isAlive(NOW);
        });
        assertThat(allocated.get()).as("heap that one look takes").isPositive().isLessThan(8L << 20);
        assertThat(Files.size(run.directory().driverLog())
                        + Files.size(run.directory().earlierLog()))
                .as("of 1 GB")
                .isLessThanOrEqualTo(3 * RunDirectory.LOG_LIMIT_BYTES);
        assertThat(run.directory().logTail()).endsWith("the end\n").contains("a line of the log");
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void doesNotRepeatSecretsThatAnApplicationPrints() throws Exception {
        SparkRun run = launch(
                "grep spark.hybridingest \"$PROPERTIES\"; echo \"own " + "my-own-value\"; echo user-name; exit 1",
                Map.of(
                        "spark.hybridingest.kafka.sasl.jaas.config",
                        "ScramLoginModule required username=\"user-name\" password=\"" + SECRET + "\";",
                        "spark.my.own",
                        "my-own-value"));
        await().until(() -> !run.isAlive(NOW));
        assertThat(Files.readString(run.directory().driverLog())).contains("my-own-value");
        assertThat(run.directory().logTail())
                .contains("user-name", "(redacted)")
                .doesNotContain(SECRET, "my-own-value");
        assertThat(run.directory().properties().get("spark.redaction.regex"))
                .as("the Spark UI hides it too")
                .contains("spark.my.own");
    }

    @Test
    void doesNotRepeatASecretOfTheEnvironmentAndKeepsItInAFileOfItsOwner() throws Exception {
        fixture = new SupervisionFixture(directory, "echo \"$OPEN and $MINE\"; exit 1");
        SparkInstallation stub = fixture.spark.installation(Map.of("OPEN", "known-to-all", "MINE", SECRET), Map.of());
        SparkInstallation installation = new SparkInstallation(
                stub.sparkHome(),
                stub.javaHome(),
                stub.workingDirectory(),
                stub.environment(),
                Set.of("env.MINE"),
                stub.properties());
        DriverLauncher launcher = new DriverLauncher(installation, directory.resolve("bundle.jar"), "0123456789");
        SparkRun run = launcher.launch(fixture.plan(), fixture.ledger.open(NOW, launcher, Map.of()), NOW);
        await().until(() -> !run.isAlive(NOW));
        assertThat(Files.readString(run.directory().driverLog())).contains("known-to-all and " + SECRET);
        assertThat(run.directory().logTail()).contains("known-to-all and").doesNotContain(SECRET);
        assertThat(run.directory().properties().toString()).doesNotContain(SECRET);
        assertThat(Files.getPosixFilePermissions(run.directory().path().resolve("secrets.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void actsForAnotherUserAndHandsOnTheEnvironment() throws Exception {
        fixture = new SupervisionFixture(directory, "echo \"$ARGUMENTS conf=$HADOOP_CONF_DIR\"; exit 0");
        Map<String, String> properties = Map.of(DriverLauncher.PROXY_USER, "alice");
        DriverLauncher launcher = launcher(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"), properties);
        SparkRun run = launcher.launch(fixture.plan(), fixture.ledger.open(NOW, launcher, Map.of()), NOW);
        await().until(() -> !run.isAlive(NOW));
        assertThat(run.directory().logTail()).contains("--proxy-user alice", "conf=/etc/hadoop");
        assertThat(launcher.serves(run, fixture.plan())).isTrue();
        assertThat(launcher(Map.of("HADOOP_CONF_DIR", "/opt/hadoop"), properties)
                        .serves(run, fixture.plan()))
                .as("another environment is another setting")
                .isFalse();
    }

    @Test
    void givesADriverOnAStandaloneClusterWhatJavaNeedsToRunIt() throws Exception {
        Map<String, String> cluster = Map.of(
                "spark.submit.deployMode", "cluster",
                "spark.master", "spark://127.0.0.1:7077",
                "spark.driver.extraJavaOptions", "-Dtheir=own");
        assertThat(launch(StubSpark.SUCCEEDS, cluster).directory().properties().get("spark.driver.extraJavaOptions"))
                .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
                .endsWith(" -Dtheir=own");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status SUCCEEDED; kill -9 $$ | succeeded",
                "status FAILED; kill -9 $$ | failed",
                "kill -9 $$ | exit-code",
                "status SUCCEEDED; exit 1 | exit-code",
                "status SUCCEEDED; exit 0 | succeeded"
            })
    void judgesADriverOnTheClusterByItsStatusWhereOnlyItsSubmitterWasKilled(String script, String code)
            throws Exception {
        SparkRun run = launch(script, Map.of("spark.submit.deployMode", "cluster"));
        await().until(() -> !run.isAlive(NOW));
        assertThat(run.observe(NOW)).isInstanceOfSatisfying(Observation.Ended.class, ended -> assertThat(
                        ended.outcome().code())
                .isEqualTo(code));
    }

    @Test
    void believesTheHeartbeatOfADriverOnTheClusterWhenItsSubmitterIsGone() throws Exception {
        SparkRun run = launch("status RUNNING; kill -9 $$", Map.of("spark.submit.deployMode", "cluster"));
        await().until(() -> run.process().living().isEmpty());
        Instant beat = run.directory().status().orElseThrow().heartbeatAt();
        assertThat(run.observe(beat.plusSeconds(59))).isInstanceOf(Observation.Alive.class);
        Ending ending = Ending.ask(run, Duration.ZERO, beat);
        assertThat(ending.advance(beat.plusSeconds(59)))
                .as("nobody may launch beside it")
                .isFalse();
        assertThat(run.observe(beat.plusSeconds(61))).isInstanceOf(Observation.Ended.class);
        assertThat(ending.advance(beat.plusSeconds(61))).isTrue();
    }

    private DriverLauncher launcher(Map<String, String> environment, Map<String, String> properties) {
        return new DriverLauncher(
                fixture.spark.installation(environment, properties), directory.resolve("bundle.jar"), "0123456789");
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
