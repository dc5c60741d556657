package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationCheckTest {
    @TempDir
    private Path directory;

    private StubSpark spark;
    private InstallationCheck check;

    @BeforeEach
    void install() throws Exception {
        spark = StubSpark.in(directory, "");
        check = new InstallationCheck(spark.home(), spark.javaHome(), spark.workingDirectory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.2", "17", "17.0.12"})
    void acceptsTheJavaThatSparkRunsOn(String version) throws Exception {
        spark.java(version);
        assertThat(check.javaProblems()).isEmpty();
        assertThat(check.sparkProblems()).isEmpty();
        assertThat(check.workingDirectoryProblems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"21.0.1", "25", "25-ea"})
    void refusesANewerJavaAndSaysWhich(String version) throws Exception {
        spark.java(version);
        assertThat(check.javaProblems())
                .singleElement()
                .asString()
                .contains("Java " + version.substring(0, 2), "Set Java Home to a JDK 17");
    }

    @Test
    void refusesAnotherSpark() throws Exception {
        Files.move(
                spark.home().resolve("jars/spark-core_2.12-3.5.7.jar"),
                spark.home().resolve("jars/spark-core_2.13-4.0.1.jar"));
        assertThat(check.sparkProblems()).singleElement().asString().contains("4.0.1", "2.13", "Spark 3.5");
    }

    @Test
    void refusesADirectoryThatIsNoSparkHome() {
        assertThat(new InstallationCheck(directory, directory, directory).sparkProblems())
                .singleElement()
                .asString()
                .contains("no bin/spark-submit");
    }

    @Test
    void refusesAWorkingDirectoryBelowAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(new InstallationCheck(spark.home(), spark.javaHome(), file.resolve("runs"))
                        .workingDirectoryProblems())
                .singleElement()
                .asString()
                .contains("cannot be made or written");
    }
}
