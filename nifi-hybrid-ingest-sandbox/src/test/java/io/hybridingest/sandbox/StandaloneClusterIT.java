package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.proof.DeltaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real standalone cluster, a master and two workers on this machine, with the driver here and with the driver there. */
class StandaloneClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String STREAM = "dying-worker";
    private static final long MAX_LAG = 1_000_000;
    private static final int RECORDS = 200;

    @TempDir
    private Path directory;

    private Processes processes;
    private String master;
    private List<ChildProcess> workers;

    @BeforeEach
    void startCluster() throws Exception {
        processes = Processes.in(directory.resolve("cluster"));
        int port = Ports.free();
        master = "spark://127.0.0.1:" + port;
        ChildProcess masterProcess = start(
                "master",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--webui-port",
                "" + Ports.free());
        Waiting.until("the master", PATIENCE, () -> masterProcess.lastLines().contains("New state: ALIVE"));
        workers = List.of(worker("worker-1"), worker("worker-2"));
        Waiting.until(
                "the workers",
                PATIENCE,
                () -> Files.readString(masterProcess.log()).split("Registering worker", -1).length > workers.size());
    }

    private ChildProcess worker(String name) throws IOException {
        return start(
                name,
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "2",
                "--memory",
                "2g",
                "--webui-port",
                "" + Ports.free(),
                "--work-dir",
                directory.resolve("work").toString(),
                master);
    }

    @AfterEach
    void stopCluster() {
        processes.close();
        launched().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void runsABatchWithItsDriverHere() throws Exception {
        TestRunner runner = runner("client");
        runner.run(1, false);
        until(runner, () -> !runner.getFlowFilesForRelationship("success").isEmpty());
        MockFlowFile summary = runner.getFlowFilesForRelationship("success").getFirst();
        summary.assertAttributeEquals("spark.exit.code", "0");
        assertThat(summary.getAttribute("spark.application.id")).startsWith("app-");
    }

    @Test
    void believesTheDriverOnTheClusterWhoseSubmitterWasKilledAndLaunchesNoOther() throws Exception {
        TestRunner runner = runner("cluster");
        Files.write(
                directory.resolve("landing").resolve("records").resolve("readings.avro"),
                Readings.container(Readings.pipeline("clustered", MAX_LAG), 0, RECORDS));
        runner.run(1, false);
        until(runner, () -> Files.exists(runs().getFirst().resolve("status.json")));
        List<ProcessHandle> submitters = launched().stream()
                .filter(process -> ProcFiles.commandLine(process).contains("org.apache.spark.deploy.SparkSubmit"))
                .toList();
        assertThat(submitters).hasSize(1);
        submitters.getFirst().destroyForcibly();
        until(runner, () -> !runner.getFlowFilesForRelationship("success").isEmpty());
        MockFlowFile summary = runner.getFlowFilesForRelationship("success").getFirst();
        summary.assertAttributeEquals("spark.state", "SUCCEEDED");
        assertThat(runner.getFlowFilesForRelationship("failure")).isEmpty();
        assertThat(runs()).as("one launch").hasSize(1);
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("cluster-reader"))
                .withSpark()
                .fresh()
                .start()) {
            assertThat(TableIds.of(sandbox, directory.resolve("table"))).isEqualTo(Readings.ids(0, RECORDS));
        }
    }

    @Test
    void aStreamGoesOnWhereAWorkerDiesWithItsExecutors() throws Exception {
        try (Sandbox sandbox = Sandbox.builder()
                .directory(Sandbox.testDirectory("dying-worker"))
                .withKafka()
                .withSpark()
                .fresh()
                .start()) {
            sandbox.kafka().createTopic(STREAM, 2);
            Path table = sandbox.data().resolve("table");
            PipelineDefinition pipeline = Readings.pipeline(STREAM, MAX_LAG, table.toString());
            CrashingJob publisher = new CrashingJob(sandbox, pipeline);
            StreamJob job = new StreamJob(
                    sandbox,
                    pipeline,
                    "spark.master " + master,
                    "spark.driver.memory 700m",
                    "spark.executor.memory 600m",
                    "spark.executor.cores 1",
                    "spark.cores.max 2");
            DeltaLog log = new DeltaLog(table);
            publisher.publish(0, RECORDS, 1);
            ChildProcess driver = job.launch("streaming");
            driver.awaitReady(
                    "the first records", StreamJob.LAUNCH, () -> log.refreshed().rows() == RECORDS);

            ProcessHandle worker = ProcessHandle.of(workers.getFirst().pid()).orElseThrow();
            List<ProcessHandle> executors = worker.descendants().toList();
            assertThat(executors).as("executors of the worker").isNotEmpty();
            worker.destroyForcibly();
            executors.forEach(ProcessHandle::destroyForcibly);
            publisher.publish(RECORDS, RECORDS, 1);
            driver.awaitReady(
                    "the other records", StreamJob.LAUNCH, () -> log.refreshed().rows() == 2 * RECORDS);

            job.stop(driver);
            assertThat(TableIds.of(sandbox, table)).isEqualTo(Readings.ids(0, 2 * RECORDS));
            assertThat(new DeltaLog(sandbox.data().resolve("table_quarantine"))
                            .refreshed()
                            .rows())
                    .isEqualTo(2);
        }
    }

    private ChildProcess start(String name, String... command) throws IOException {
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        Files.createDirectories(directory.resolve("work"));
        List<String> whole = Stream.concat(
                        Stream.of(spark.sparkHome()
                                .resolve("bin")
                                .resolve("spark-class")
                                .toString()),
                        Stream.of(command))
                .toList();
        return processes.start(new Launch(
                name,
                whole,
                Map.of(
                        "JAVA_HOME",
                        spark.javaHome().toString(),
                        "SPARK_HOME",
                        spark.sparkHome().toString(),
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "SPARK_DAEMON_MEMORY",
                        "300m"),
                directory,
                directory.resolve(name + ".log")));
    }

    private TestRunner runner(String deployMode) throws Exception {
        SparkJarResource.bundle();
        Files.createDirectories(directory.resolve("landing").resolve("records"));
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        TestRunner runner = TestRunners.newTestRunner(new RunSparkBatch());
        StandardSparkSubmitService submit = new StandardSparkSubmitService();
        runner.addControllerService("submit", submit);
        runner.setProperty(submit, "Spark Home", spark.sparkHome().toString());
        runner.setProperty(submit, "Java Home", spark.javaHome().toString());
        runner.setProperty(submit, "Master", master);
        runner.setProperty(submit, "Deploy Mode", deployMode);
        runner.setProperty(submit, "Driver Memory", "700m");
        runner.setProperty(submit, "Executor Memory", "600m");
        runner.setProperty(submit, "Executor Cores", "1");
        runner.setProperty(
                submit, "Working Directory", directory.resolve("runs").toString());
        runner.setProperty(
                submit, "JARs", spark.jars().stream().map(Path::toString).collect(Collectors.joining(",")));
        runner.setProperty(submit, "spark.cores.max", "1");
        runner.setProperty(submit, "spark.ui.enabled", "false");
        runner.setProperty(submit, "env.SPARK_LOCAL_IP", "127.0.0.1");
        runner.enableControllerService(submit);
        StandardIngestPipelineService pipeline = new StandardIngestPipelineService();
        runner.addControllerService("pipeline", pipeline);
        runner.setProperty(
                pipeline,
                "Pipeline Definition",
                Readings.yaml("clustered", MAX_LAG)
                        .replace("/table", directory.resolve("table").toString())
                        .replace("/landing", directory.resolve("landing").toString()));
        runner.enableControllerService(pipeline);
        runner.setProperty("Spark Submit Service", "submit");
        runner.setProperty("Pipeline Service", "pipeline");
        runner.setIncomingConnection(false);
        runner.setNonLoopConnection(false);
        return runner;
    }

    private void until(TestRunner runner, Callable<Boolean> condition) throws IOException {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
                runner.run(1, false, false);
                return condition.call();
            });
        } catch (ConditionTimeoutException late) {
            StringBuilder said = new StringBuilder("The drivers said: ");
            for (Path run : runs()) {
                said.append(Files.readString(run.resolve("driver.log"))).append('\n');
            }
            try (Stream<Path> logs = Files.walk(directory.resolve("work"))) {
                for (Path log : logs.filter(file -> file.endsWith("stderr")).toList()) {
                    said.append(Files.readString(log)).append('\n');
                }
            }
            throw new AssertionError(said.toString(), late);
        }
    }

    private List<Path> runs() throws IOException {
        try (Stream<Path> children = Files.list(directory.resolve("runs"))) {
            return children.filter(child -> !child.endsWith("lib")).sorted().toList();
        }
    }

    private List<ProcessHandle> launched() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> ProcFiles.commandLine(process)
                        .contains(directory.resolve("runs").toString()))
                .toList();
    }
}
