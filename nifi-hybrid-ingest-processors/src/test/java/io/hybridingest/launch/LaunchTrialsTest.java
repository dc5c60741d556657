package io.hybridingest.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridingest.launch.Trial.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTrialsTest {
    private static final Map<String, String> PACKAGES = Map.of(
            "spark.jars.packages", "org.example:small:1.0",
            "spark.jars.repositories", "https://mirror.example.org/maven",
            "spark.driver.extraJavaOptions", "-Xmx1g -Dhttps.proxyHost=proxy.example.org",
            "spark.my.own", "a-secret-of-the-test");

    @TempDir
    private Path directory;

    private StubSpark spark;

    @BeforeEach
    void install() throws Exception {
        spark = StubSpark.in(directory, "");
    }

    @Test
    void namesTheVersionsOrWhatIsWrongWithThem() throws Exception {
        assertThat(trials(Map.of()).versions()).isEqualTo(Trial.passed("Spark 3.5.7 on Java 17"));
        spark.java("21.0.2");
        Trial refused = trials(Map.of()).versions();
        assertThat(refused.result()).isEqualTo(Result.FAILED);
        assertThat(refused.explanation()).contains("Set Java Home to a JDK 17");
    }

    @Test
    void runsSparkSubmitOnThatJava() throws Exception {
        assertThat(trials(Map.of()).submit()).isEqualTo(Trial.passed("java home " + spark.javaHome()));
        spark.script("echo broken; exit 4");
        Trial broken = trials(Map.of()).submit();
        assertThat(broken.result()).isEqualTo(Result.FAILED);
        assertThat(broken.explanation()).contains("exit code 4", "broken", "by hand");
    }

    @Test
    void endsASparkSubmitThatDoesNotAnswerWithWhatItStarted() throws Exception {
        spark.script("(while :; do sleep 0.2; done) & while :; do sleep 0.2; done");
        Trial slow = submit(Map.of(), Duration.ofMillis(500)).version();
        assertThat(slow.result()).isEqualTo(Result.FAILED);
        assertThat(slow.explanation()).contains("did not end within");
        await().untilAsserted(() -> assertThat(Drivers.under(directory)).isEmpty());
    }

    @Test
    void hasSparkResolveThePackagesWithTheSettingsThatDecideAboutIt() throws Exception {
        spark.script("cp \"$PROPERTIES\" $(dirname $0)/seen; echo \"$ARGUMENTS\" > $(dirname $0)/arguments; "
                + "stat -c %A \"$PROPERTIES\" > $(dirname $0)/rights; "
                + "printf '\\tfound org.example#small;1.0 in only\\n'; exit 0");
        Trial resolved = trials(PACKAGES).packages();
        assertThat(resolved.result()).isEqualTo(Result.PASSED);
        assertThat(resolved.explanation()).contains("resolved 1 modules");
        Path bin = spark.home().resolve("bin");
        assertThat(SparkConf.read(bin.resolve("seen")))
                .isEqualTo(Map.of(
                        "spark.jars.packages", "org.example:small:1.0",
                        "spark.jars.repositories", "https://mirror.example.org/maven",
                        "spark.driver.extraJavaOptions", "-Dhttps.proxyHost=proxy.example.org",
                        "spark.master", "local[1]"));
        assertThat(bin.resolve("rights")).content().startsWith("-rw-------");
        assertThat(bin.resolve("arguments")).content().doesNotContain("mirror");
    }

    @Test
    void resolvesWhatSparkDefaultsNameToo() throws Exception {
        Files.writeString(
                spark.home().resolve("conf").resolve("spark-defaults.conf"), "spark.jars.packages org.example:own:2");
        spark.script("grep packages \"$PROPERTIES\" > $(dirname $0)/seen; exit 0");
        assertThat(trials(Map.of()).packages().result()).isEqualTo(Result.PASSED);
        assertThat(spark.home().resolve("bin").resolve("seen")).content().contains("org.example\\:own\\:2");
    }

    @Test
    void saysWhichPackageIsNotFoundAndWhatToDoBehindAMirrorOrAProxy() throws Exception {
        spark.script("""
                echo 'Server access error at Maven Central (java.net.UnknownHostException)'
                echo '    :: org.example#small;1.0: not found'
                echo 'Exception in thread "main" java.lang.RuntimeException: [unresolved dependency]'
                exit 1""");
        Trial failed = trials(PACKAGES).packages();
        assertThat(failed.result()).isEqualTo(Result.FAILED);
        assertThat(failed.explanation())
                .startsWith(
                        "org.example#small;1.0: not found; Server access error at Maven Central (java.net.UnknownHostException)")
                .contains("spark.jars.ivySettings", "spark.jars.repositories", "-Dhttps.proxyHost")
                .doesNotContain("Exception in thread");
    }

    @Test
    void saysThatARepositoryIsSlowInsteadOfWaitingForEver() throws Exception {
        spark.script("echo ':: resolving dependencies ::'; while :; do sleep 0.2; done");
        Trial slow = submit(PACKAGES, Duration.ofMillis(500)).packages();
        assertThat(slow.explanation()).contains("a repository does not answer", ":: resolving dependencies ::");
        await().untilAsserted(() -> assertThat(Drivers.under(directory)).isEmpty());
    }

    @Test
    void findsFilesAndPythonOfThisMachineAndLeavesTheRestToSpark() throws Exception {
        Path there = Files.createFile(directory.resolve("there.jar"));
        Path python = Files.createFile(
                directory.resolve("python"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(trials(Map.of(
                                "spark.jars", there + ", hdfs:///not/here.jar",
                                "spark.files", "file://" + there + "#alias," + directory.resolve("*.csv"),
                                "spark.pyspark.python", python.toString()))
                        .files())
                .isEqualTo(Trial.passed("All 3 are there"));
        Trial missing = trials(Map.of("spark.submit.pyFiles", "/no/such.zip", "spark.pyspark.python", there.toString()))
                .files();
        assertThat(missing.result()).isEqualTo(Result.FAILED);
        assertThat(missing.explanation()).contains("Python Files: /no/such.zip", "Python Executable: " + there);
        assertThat(trials(Map.of("spark.jars", "s3a://bucket/a.jar")).files().result())
                .isEqualTo(Result.NOT_TRIED);
    }

    @Test
    void looksForTheEventLogDirectoryThatSparkDoesNotMake() throws Exception {
        assertThat(events(directory.toString()).result()).isEqualTo(Result.PASSED);
        assertThat(events(directory.toUri().toString()).result()).isEqualTo(Result.PASSED);
        assertThat(events("hdfs:///events").result()).isEqualTo(Result.NOT_TRIED);
        Trial missing = events(directory.resolve("none").toString());
        assertThat(missing.result()).isEqualTo(Result.FAILED);
        assertThat(missing.explanation()).contains("Make it, as Spark does not");
        assertThat(trials(Map.of()).eventLogDirectory().result()).isEqualTo(Result.NOT_TRIED);
    }

    @Test
    void saysWhereAWorkingDirectoryCannotBe() throws Exception {
        assertThat(trials(Map.of()).workingDirectory().result()).isEqualTo(Result.PASSED);
        assertThat(spark.workingDirectory()).isEmptyDirectory();
        Files.delete(spark.workingDirectory());
        Files.createFile(spark.workingDirectory());
        assertThat(trials(Map.of()).workingDirectory().explanation()).contains("Give NiFi's user the right");
    }

    @Test
    void reachesAMasterOfWhichOneAddressAnswers() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String good = "127.0.0.1:" + listening.getLocalPort();
            assertThat(master("spark://" + good)).isEqualTo(Result.PASSED);
            assertThat(master("spark://127.0.0.1:1," + good)).isEqualTo(Result.PASSED);
            assertThat(master("k8s://https://" + good)).isEqualTo(Result.PASSED);
        }
        assertThat(master("local[2]")).isEqualTo(Result.PASSED);
        assertThat(new MasterTrial("spark://127.0.0.1:1,127.0.0.1:2", Map.of()).run())
                .satisfies(trial -> assertThat(trial.result()).isEqualTo(Result.FAILED))
                .satisfies(trial ->
                        assertThat(trial.explanation()).contains("127.0.0.1:1", "127.0.0.1:2", "Start the master"));
        assertThat(master("k8s://https://api.example.org")).as("no port").isEqualTo(Result.NOT_TRIED);
    }

    @Test
    void asksForHadoopsConfigurationWhereTheMasterIsYarn() {
        Trial refused = new MasterTrial("yarn", Map.of()).run();
        assertThat(refused.result()).isEqualTo(Result.FAILED);
        assertThat(refused.explanation()).contains("Add env.HADOOP_CONF_DIR");
        assertThat(new MasterTrial("yarn", Map.of("YARN_CONF_DIR", "/etc/hadoop"))
                        .run()
                        .result())
                .isEqualTo(Result.NOT_TRIED);
    }

    private static Result master(String master) {
        return new MasterTrial(master, Map.of()).run().result();
    }

    private Trial events(String where) throws IOException {
        return trials(Map.of("spark.eventLog.enabled", "true", "spark.eventLog.dir", where))
                .eventLogDirectory();
    }

    private LaunchTrials trials(Map<String, String> settings) {
        return new LaunchTrials(spark.installation(settings));
    }

    private SubmitTrial submit(Map<String, String> settings, Duration limit) {
        return new SubmitTrial(spark.installation(settings), limit, limit);
    }
}
