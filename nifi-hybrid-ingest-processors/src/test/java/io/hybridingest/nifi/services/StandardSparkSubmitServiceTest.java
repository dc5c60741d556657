package io.hybridingest.nifi.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.hybridingest.launch.StubSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardSparkSubmitServiceTest {
    @TempDir
    private Path directory;

    private final StandardSparkSubmitService service = new StandardSparkSubmitService();
    private final TestRunner runner = TestRunners.newTestRunner(new Idle());
    private StubSpark spark;

    @BeforeEach
    void configure() throws Exception {
        spark = StubSpark.in(directory, "");
        runner.addControllerService("spark", service);
        runner.setProperty(
                service, StandardSparkSubmitService.SPARK_HOME, spark.home().toString());
        runner.setProperty(
                service, StandardSparkSubmitService.JAVA_HOME, spark.javaHome().toString());
        runner.setProperty(
                service,
                StandardSparkSubmitService.WORKING_DIRECTORY,
                spark.workingDirectory().toString());
    }

    @Test
    void handsOutTheSettingsUnderSparksNames() {
        runner.setProperty(service, StandardSparkSubmitService.MASTER, "local[2]");
        runner.setProperty(service, StandardSparkSubmitService.DRIVER_MEMORY, "2g");
        runner.setProperty(service, StandardSparkSubmitService.EVENT_LOG_DIRECTORY, "/var/log/spark");
        runner.setProperty(service, "spark.sql.shuffle.partitions", "16");
        runner.enableControllerService(service);
        assertThat(service.installation().properties())
                .isEqualTo(Map.of(
                        "spark.master", "local[2]",
                        "spark.submit.deployMode", "client",
                        "spark.driver.memory", "2g",
                        "spark.eventLog.dir", "/var/log/spark",
                        "spark.eventLog.enabled", "true",
                        "spark.sql.shuffle.partitions", "16"));
        assertThat(spark.workingDirectory()).isDirectory();
    }

    @Test
    void refusesAJavaThatSparkDoesNotRunOnBeforeAnythingStarts() throws Exception {
        spark.java("21.0.2");
        assertThatThrownBy(() -> runner.assertValid(service))
                .hasMessageContaining("Spark 3.5 runs on Java 8, 11 or 17");
    }

    @Test
    void handsOnWhoActsAndWhatPythonNeeds() throws Exception {
        Path keytab = Files.createFile(directory.resolve("nifi.keytab"));
        runner.setProperty(service, StandardSparkSubmitService.PYTHON_EXECUTABLE, "/opt/venv/bin/python");
        runner.setProperty(service, StandardSparkSubmitService.PYTHON_FILES, "/opt/lib.zip");
        runner.setProperty(service, StandardSparkSubmitService.FILES, "/opt/rates.csv");
        runner.setProperty(service, StandardSparkSubmitService.KERBEROS_PRINCIPAL, "nifi@EXAMPLE.ORG");
        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining("need each other");
        runner.setProperty(service, StandardSparkSubmitService.KERBEROS_KEYTAB, keytab.toString());
        runner.setProperty(service, StandardSparkSubmitService.PROXY_USER, "alice");
        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining("not both");
        runner.removeProperty(service, StandardSparkSubmitService.PROXY_USER);
        runner.setProperty(service, "env.HADOOP_CONF_DIR", "/etc/hadoop");
        runner.enableControllerService(service);
        assertThat(service.installation().properties())
                .containsEntry("spark.pyspark.python", "/opt/venv/bin/python")
                .containsEntry("spark.submit.pyFiles", "/opt/lib.zip")
                .containsEntry("spark.files", "/opt/rates.csv")
                .containsEntry("spark.kerberos.principal", "nifi@EXAMPLE.ORG")
                .containsEntry("spark.kerberos.keytab", keytab.toString())
                .doesNotContainKey("env.HADOOP_CONF_DIR");
        assertThat(service.installation().environment()).isEqualTo(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"));
    }

    @Test
    void verifiesWhatALaunchNeedsEachStepForItself() throws Exception {
        spark.script("[[ \"$ARGUMENTS\" = --version ]] && exit 0; echo ':: org.example#none;1.0: not found'; exit 1");
        assertThat(steps(Map.of()))
                .containsExactly(
                        entry("Check the versions of Spark and Java", Outcome.SUCCESSFUL),
                        entry("Write into Working Directory", Outcome.SUCCESSFUL),
                        entry("Find Event Log Directory", Outcome.SKIPPED),
                        entry("Find files and Python", Outcome.SKIPPED),
                        entry("Reach the master", Outcome.SUCCESSFUL),
                        entry("Run spark-submit --version", Outcome.SUCCESSFUL),
                        entry("Resolve Packages", Outcome.SKIPPED));
        assertThat(steps(Map.of(
                        StandardSparkSubmitService.MASTER,
                        "spark://127.0.0.1:1",
                        StandardSparkSubmitService.JARS,
                        directory.resolve("none.jar").toString(),
                        StandardSparkSubmitService.EVENT_LOG_DIRECTORY,
                        directory.resolve("none").toString(),
                        StandardSparkSubmitService.PACKAGES,
                        "org.example:none:1.0")))
                .contains(
                        entry("Find Event Log Directory", Outcome.FAILED),
                        entry("Find files and Python", Outcome.FAILED),
                        entry("Reach the master", Outcome.FAILED),
                        entry("Run spark-submit --version", Outcome.SUCCESSFUL),
                        entry("Resolve Packages", Outcome.FAILED));
    }

    @Test
    void verifiesASparkThatCannotEvenBeStarted() throws Exception {
        Files.delete(spark.home().resolve("bin").resolve("spark-submit"));
        assertThat(steps(Map.of()))
                .contains(
                        entry("Check the versions of Spark and Java", Outcome.FAILED),
                        entry("Run spark-submit --version", Outcome.FAILED));
    }

    private Map<String, Outcome> steps(Map<PropertyDescriptor, String> further) {
        Map<PropertyDescriptor, String> properties = new HashMap<>(further);
        properties.put(StandardSparkSubmitService.SPARK_HOME, spark.home().toString());
        properties.put(StandardSparkSubmitService.JAVA_HOME, spark.javaHome().toString());
        properties.put(
                StandardSparkSubmitService.WORKING_DIRECTORY,
                spark.workingDirectory().toString());
        properties.putIfAbsent(StandardSparkSubmitService.MASTER, "local[*]");
        MockConfigurationContext context = new MockConfigurationContext(
                service, properties, runner.getProcessContext().getControllerServiceLookup(), Map.of());
        Map<String, Outcome> steps = new LinkedHashMap<>();
        service.verify(context, runner.getLogger(), Map.of())
                .forEach(result -> steps.put(result.getVerificationStepName(), result.getOutcome()));
        return steps;
    }

    @Test
    void refusesMemoryThatSparkWouldNotUnderstand() {
        runner.setProperty(service, StandardSparkSubmitService.DRIVER_MEMORY, "2 GB");
        assertThatThrownBy(() -> runner.assertValid(service)).hasMessageContaining("such as 2g or 512m");
    }

    @Test
    void refusesAnAddedPropertyThatIsNoSparkSetting() {
        runner.setProperty(service, "sparc.memory", "2g");
        assertThatThrownBy(() -> runner.assertValid(service)).hasMessageContaining("beginning with spark.");
    }

    /** A processor to hang the service on. */
    public static final class Idle extends AbstractProcessor {
        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            context.yield();
        }
    }
}
