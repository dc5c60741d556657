package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.processors.RunSparkStream;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications in Python and Java that know nothing of NiFi, on a real Spark, through both processors. */
class SparkApplicationsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SECRET = "known-to-the-driver-alone";

    @TempDir
    private Path directory;

    @AfterEach
    void endWhatIsLeft() {
        launched().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void runsABatchForEachFlowFileAtOnceAndKnowsHowEachEnded() throws Exception {
        TestRunner runner = runner(new RunSparkBatch(), "settling_batch.py", "${end} ${how}");
        runner.setProperty("Concurrent Runs", "2");
        runner.setProperty("Retries", "0");
        runner.setIncomingConnection(true);
        runner.enqueue("good", Map.of("end", "100", "how", "well"));
        runner.enqueue("bad", Map.of("end", "10", "how", "raise"));
        runner.run(1, false);
        until(runner, () -> ProcFiles.commandLines().stream().anyMatch(line -> line.contains("settling_batch.py")));
        assertThat(ProcFiles.commandLines()).noneMatch(line -> line.contains(SECRET));
        until(runner, () -> transferred(runner, "success") == 1 && transferred(runner, "failure") == 1);
        MockFlowFile good = runner.getFlowFilesForRelationship("success").getFirst();
        good.assertContentEquals("good");
        good.assertAttributeEquals("spark.state", "SUCCEEDED");
        good.assertAttributeEquals("spark.exit.code", "0");
        assertThat(good.getAttribute("spark.application.id")).isNotBlank();
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        assertThat(log(good)).contains("sum: 5050 python: " + spark.python());
        assertThat(log(good)).as("the application was given it").contains("own setting: " + SECRET);
        MockFlowFile bad = runner.getFlowFilesForRelationship("failure").getFirst();
        bad.assertContentEquals("bad");
        assertThat(bad.getAttribute("spark.error")).startsWith("exit-code: ");
        assertThat(bad.getAttributes().toString()).doesNotContain(SECRET);
        assertThat(log(bad)).contains("nothing to settle");
        runner.clearTransferState();

        runner.enqueue("crashing", Map.of("end", "1", "how", "crash"));
        until(runner, () -> transferred(runner, "failure") == 1);
        MockFlowFile crashed = runner.getFlowFilesForRelationship("failure").getFirst();
        assertThat(crashed.getAttribute("spark.error"))
                .as("exit code 0, and no success")
                .doesNotStartWith("succeeded");
        assertThat(launched()).isEmpty();
    }

    @Test
    void endsARunThatHangsWithItsPythonProcess() throws Exception {
        TestRunner runner = runner(new RunSparkBatch(), "settling_batch.py", "${end} ${how}");
        runner.setProperty("Run Timeout", "30 sec");
        runner.setProperty("Retries", "0");
        runner.setIncomingConnection(true);
        runner.enqueue("hanging", Map.of("end", "1", "how", "hang"));
        runner.run(1, false);
        until(runner, () -> transferred(runner, "failure") == 1);
        assertThat(runner.getFlowFilesForRelationship("failure").getFirst().getAttribute("spark.error"))
                .startsWith("run-timeout: ");
        assertThat(launched()).isEmpty();
    }

    @Test
    void launchesAKilledStreamAgainAloneAndStopsItBetweenTwoMicroBatches() throws Exception {
        TestRunner runner = runner(new RunSparkStream(), "ticking_stream.py", "" + directory.resolve("checkpoint"));
        runner.setProperty("Progress Interval", "1 sec");
        runner.run(1, false);
        until(runner, () -> transferred(runner, "progress") > 0);
        List<ProcessHandle> first = launched();
        assertThat(first).as("a JVM and a Python process").hasSizeGreaterThanOrEqualTo(2);
        ProcessHandle driver = first.stream()
                .filter(process -> process.parent().filter(first::contains).isEmpty())
                .findFirst()
                .orElseThrow();
        driver.destroyForcibly();
        runner.clearTransferState();
        until(runner, () -> transferred(runner, "failure") == 1 && transferred(runner, "progress") > 0);
        assertThat(first).as("of the first launch").noneMatch(ProcessHandle::isAlive);
        assertThat(runs()).hasSize(2);
        assertThat(runner.getFlowFilesForRelationship("failure").getFirst().getAttribute("spark.error"))
                .contains("signal 9");
        runner.stop();
        assertThat(launched()).isEmpty();
        assertThat(Files.readString(runs().getLast().resolve("status.json"))).contains("STOPPED");
        assertThat(runs().getLast().resolve("driver.log")).content().doesNotContain(SECRET);
    }

    @Test
    void knowsHowJavaBatchesEnded() throws Exception {
        TestRunner runner = jvmRunner(new RunSparkBatch(), "SettlingBatch", "100 ${how}");
        runner.setProperty("Concurrent Runs", "3");
        runner.setProperty("Retries", "0");
        runner.setIncomingConnection(true);
        runner.enqueue("good", Map.of("how", "well"));
        runner.enqueue("bad", Map.of("how", "raise"));
        runner.enqueue("exiting", Map.of("how", "exit"));
        runner.run(1, false);
        until(runner, () -> transferred(runner, "success") == 1 && transferred(runner, "failure") == 2);
        MockFlowFile good = runner.getFlowFilesForRelationship("success").getFirst();
        good.assertContentEquals("good");
        assertThat(log(good)).contains("sum: 5050", "own setting: " + SECRET);
        assertThat(runner.getFlowFilesForRelationship("failure"))
                .allSatisfy(failed -> failed.assertAttributeEquals("spark.state", "FAILED"))
                .extracting(failed -> failed.getAttribute("spark.error").replaceAll(":.*", ""))
                .as("one that throws, and one that exits with 0 and has not stopped its session")
                .containsExactlyInAnyOrder("exit-code", "ended-without-stop");
        assertThat(launched()).isEmpty();
    }

    @Test
    void launchesAJavaStreamTellsItsProgressAndStopsItBetweenTwoMicroBatches() throws Exception {
        TestRunner runner = jvmRunner(new RunSparkStream(), "TickingStream", "" + directory.resolve("checkpoint"));
        assertThat(progressUntilStopped(runner)).contains("\"rowsIn\":10");
    }

    @Test
    void launchesAStreamOfDStreamsTellsItsProgressAndStopsItAfterWhatItHasReceived() throws Exception {
        TestRunner runner = jvmRunner(new RunSparkStream(), "TickingDStream", "-1");
        assertThat(progressUntilStopped(runner)).contains("\"schedulingDelay\":");
    }

    @Test
    void aStreamOfDStreamsThatFailsIsToldWithItsReason() throws Exception {
        TestRunner runner = jvmRunner(new RunSparkStream(), "TickingDStream", "2");
        runner.setProperty("Maximum Restarts", "0");
        runner.run(1, false);
        until(runner, () -> transferred(runner, "failure") == 1);
        assertThat(log(runner.getFlowFilesForRelationship("failure").getFirst()))
                .contains("cannot count 2");
        runner.stop();
        assertThat(launched()).isEmpty();
    }

    /** The progress of a stream that is stopped once it has told some. */
    private String progressUntilStopped(TestRunner runner) throws IOException {
        runner.setProperty("Progress Interval", "1 sec");
        runner.run(1, false);
        until(runner, () -> transferred(runner, "progress") > 1);
        runner.stop();
        assertThat(launched()).isEmpty();
        assertThat(runner.getFlowFilesForRelationship("failure")).isEmpty();
        assertThat(runs()).hasSize(1);
        assertThat(Files.readString(runs().getLast().resolve("status.json"))).contains("STOPPED");
        return runner.getFlowFilesForRelationship("progress").getFirst().getContent();
    }

    private TestRunner jvmRunner(Processor processor, String mainClass, String arguments) throws Exception {
        TestRunner runner = runner(processor, "settling_batch.py", arguments);
        Path jar = JvmApplications.jar(SparkDistribution.install(System.out::println), directory);
        runner.setProperty("Application File", "${literal('%s')}".formatted(jar));
        runner.setProperty("Main Class", mainClass);
        return runner;
    }

    private TestRunner runner(Processor processor, String application, String arguments) throws Exception {
        SparkJarResource.bundle();
        SparkDistribution spark = SparkDistribution.install(System.out::println);
        TestRunner runner = TestRunners.newTestRunner(processor);
        StandardSparkSubmitService submit = new StandardSparkSubmitService();
        runner.addControllerService("submit", submit);
        runner.setProperty(submit, "Spark Home", spark.sparkHome().toString());
        runner.setProperty(submit, "Java Home", spark.javaHome().toString());
        runner.setProperty(submit, "Python Executable", spark.python().toString());
        runner.setProperty(submit, "Master", "local[1]");
        runner.setProperty(submit, "Driver Memory", "700m");
        runner.setProperty(
                submit, "Working Directory", directory.resolve("runs").toString());
        runner.setProperty(submit, "spark.ui.enabled", "false");
        runner.setProperty(submit, "spark.driver.bindAddress", "127.0.0.1");
        runner.setProperty(submit, "spark.driver.host", "127.0.0.1");
        runner.setProperty(submit, "spark.test.own", SECRET);
        runner.enableControllerService(submit);
        runner.setProperty("Spark Submit Service", "submit");
        runner.setProperty("Application", "application-file");
        runner.setProperty(
                "Application File",
                Path.of(getClass().getResource("/" + application).toURI()).toString());
        runner.setProperty("Application Arguments", arguments);
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
            throw new AssertionError(said.toString(), late);
        }
    }

    private static int transferred(TestRunner runner, String relationship) {
        return runner.getFlowFilesForRelationship(relationship).size();
    }

    private static String log(MockFlowFile flowFile) throws IOException {
        return Files.readString(Path.of(flowFile.getAttribute("spark.driver.log")));
    }

    private List<Path> runs() throws IOException {
        try (Stream<Path> children = Files.list(directory.resolve("runs"))) {
            return children.filter(child -> !child.endsWith("lib")).sorted().toList();
        }
    }

    /** Everything alive whose environment or command line names a run directory of this test. */
    private List<ProcessHandle> launched() {
        String mark = directory.resolve("runs").toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(ProcessHandle::isAlive)
                .filter(process -> ProcFiles.environment(process).contains(mark)
                        || ProcFiles.commandLine(process).contains(mark))
                .toList();
    }
}
