package io.hybridingest.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.launcher.SparkLauncher;

/**
 * Starts drivers from one installation. Every setting goes through a file that only its owner can read; a command line
 * holds paths and the application's own arguments, nothing else.
 */
public final class DriverLauncher {
    private static final String RUN_DIRECTORY = "spark.hybridingest.run-directory";
    private static final String EPOCH = "spark.hybridingest.epoch";
    private static final String DEPLOY_MODE = "spark.submit.deployMode";
    private static final int KEPT = 20;
    private static final String PLUGIN = "io.hybridingest.job.report.RunPlugin";
    private static final String ENVIRONMENT = "spark.hybridingest.environment";

    /** Spark takes the user to act for as an option only. */
    public static final String PROXY_USER = "spark.hybridingest.proxy-user";

    /** Without these IngestJob cannot write Delta at all, or writes small batches slowly. */
    private static final Map<String, String> INGEST_DEFAULTS = Map.of(
            "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.sql.session.timeZone", "UTC",
            "spark.databricks.delta.snapshotPartitions", "1",
            "spark.sql.shuffle.partitions", "4");

    /** A launch stands for the application, not for its submission. */
    private static final Map<String, String> DEFAULTS = Map.of(
            Redaction.REGEX_KEY,
            Redaction.SECRET_NAMES,
            "spark.yarn.submit.waitAppCompletion",
            "true",
            "spark.standalone.submit.waitAppCompletion",
            "true",
            "spark.kubernetes.submission.waitAppCompletion",
            "true");

    private final SparkInstallation installation;
    private final Path bundledJar;
    private final String processorId;
    private final Path defaultsFile;

    /**
     * A launcher for one processor.
     *
     * @param bundledJar the bundle's Spark JAR, unpacked
     * @param processorId identifier that marks the launches as this processor's
     */
    public DriverLauncher(SparkInstallation installation, Path bundledJar, String processorId) {
        this.installation = Objects.requireNonNull(installation, "installation");
        this.bundledJar = Objects.requireNonNull(bundledJar, "bundledJar");
        this.processorId = Objects.requireNonNull(processorId, "processorId");
        this.defaultsFile = installation.defaultsFile();
    }

    String processorId() {
        return processorId;
    }

    RunArchive archive() {
        return new RunArchive(installation.workingDirectory());
    }

    /** This processor's runs that go on, the highest epoch first, wherever the ledger knows of them. */
    List<SparkRun> living(LaunchLedger ledger, Instant now) throws IOException {
        return archive().living(processorId, ledger.directories(), now);
    }

    /** Deletes old run directories. @param concurrentRuns so many that each has one, and one before it */
    void prune(LaunchLedger ledger, int concurrentRuns, Instant now) throws IOException {
        archive().prune(processorId, Math.max(KEPT, 2 * concurrentRuns), ledger.directories(), now);
    }

    RunDirectory directoryOf(String launchId) {
        return new RunDirectory(installation.workingDirectory().resolve(launchId));
    }

    /**
     * Starts a driver.
     *
     * @param launch epoch and launch id, recorded durably before this is called
     * @throws IOException where the run directory cannot be written or spark-submit cannot be started; nothing runs then
     */
    SparkRun launch(LaunchPlan plan, LaunchLedger.Opened launch, Instant now) throws IOException {
        RunDirectory directory = RunDirectory.create(installation.workingDirectory(), launch.launchId());
        if (plan.pipelineJson() != null) {
            Files.writeString(directory.pipelineFile(), plan.pipelineJson());
        }
        Map<String, String> conf = conf(plan);
        conf.put(RUN_DIRECTORY, directory.path().toString());
        conf.put(EPOCH, Long.toString(launch.epoch()));
        directory.writeProperties(conf);
        directory.writeSecrets(secretEnvironment().values());
        RunRequest request = new RunRequest(
                launch.launchId(),
                processorId,
                launch.epoch(),
                plan.application().description(),
                plan.application().arguments(directory),
                plan.pipelineFingerprint(),
                plan.interval(),
                conf.getOrDefault(DEPLOY_MODE, "client"),
                now,
                0,
                null);
        directory.write(request);
        Process process = submit(plan.application(), directory, conf);
        try {
            RunRequest started = request.startedAs(process.toHandle());
            directory.write(started);
            return new SparkRun(directory, started, new DriverProcess.Owned(process));
        } catch (IOException unrecorded) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw unrecorded;
        }
    }

    private Process submit(SparkApplication application, RunDirectory directory, Map<String, String> conf)
            throws IOException {
        SparkLauncher launcher = new SparkLauncher(environment(directory))
                .setSparkHome(installation.sparkHome().toString())
                .setPropertiesFile(directory.propertiesFile().toString())
                .setAppResource(application.resource(bundledJar))
                .addAppArgs(application.arguments(directory).toArray(String[]::new))
                .redirectError()
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.driverLog().toFile()))
                .directory(directory.path().toFile());
        application.mainClass().ifPresent(launcher::setMainClass);
        if (conf.containsKey(PROXY_USER)) {
            launcher.addSparkArg("--proxy-user", conf.get(PROXY_USER));
        }
        return launcher.launch();
    }

    private Map<String, String> environment(RunDirectory directory) {
        Map<String, String> environment = new HashMap<>(installation.environment());
        environment.put("JAVA_HOME", installation.javaHome().toString());
        environment.put(ProcessTable.MARK, directory.path().toString());
        return environment;
    }

    /** Changes with the distribution's defaults. */
    FileStamp defaults() {
        return FileStamp.of(defaultsFile);
    }

    /** Whether a run is what the plan would start now: same application, arguments, definition and settings. */
    boolean serves(SparkRun run, LaunchPlan plan) throws IOException {
        RunRequest request = run.request();
        return request.application().equals(plan.application().description())
                && request.arguments().equals(plan.application().arguments(run.directory()))
                && Objects.equals(request.pipelineFingerprint(), plan.pipelineFingerprint())
                && lasting(run.directory().properties()).equals(lasting(conf(plan)));
    }

    private static Map<String, String> lasting(Map<String, String> conf) {
        return conf.entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals(RUN_DIRECTORY) && !entry.getKey().equals(EPOCH))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().trim()));
    }

    /**
     * Every setting of a launch but those that name it. Spark reads spark-defaults.conf only where no properties file is given, so
     * it is merged in here, first.
     */
    Map<String, String> conf(LaunchPlan plan) throws IOException {
        Map<String, String> conf = new LinkedHashMap<>(installation.settings());
        conf.putAll(plan.properties());
        DEFAULTS.forEach(conf::putIfAbsent);
        if (plan.application() instanceof SparkApplication.IngestJob) {
            INGEST_DEFAULTS.forEach(conf::putIfAbsent);
        } else {
            append(conf, "spark.jars", bundledJar.toString());
        }
        openModules(conf);
        append(conf, "spark.plugins", PLUGIN);
        hideSecrets(conf);
        if (!installation.environment().isEmpty()) {
            // Only so that a change of it is a change of the settings.
            conf.put(ENVIRONMENT, fingerprint(installation.environment()));
        }
        return new TreeMap<>(conf);
    }

    /** A standalone worker starts a driver without the options that spark-submit gives one, and Java 17 does not run it then. */
    private static void openModules(Map<String, String> conf) {
        boolean standalone = conf.getOrDefault("spark.master", "").startsWith("spark://");
        if (standalone && "cluster".equals(conf.get(DEPLOY_MODE))) {
            conf.merge(
                    "spark.driver.extraJavaOptions",
                    JavaModuleOptions.defaultModuleOptions(),
                    (own, modules) -> modules + " " + own);
        }
    }

    private Map<String, String> secretEnvironment() {
        Map<String, String> secret = new TreeMap<>(installation.environment());
        secret.keySet().removeIf(name -> !installation.secret().contains(SparkInstallation.ENVIRONMENT_PREFIX + name));
        return secret;
    }

    private void hideSecrets(Map<String, String> conf) {
        String names = installation.secret().stream()
                .filter(name -> !name.startsWith(SparkInstallation.ENVIRONMENT_PREFIX))
                .sorted()
                .map(name -> "|^" + Pattern.quote(name) + "$")
                .collect(Collectors.joining());
        conf.computeIfPresent(Redaction.REGEX_KEY, (key, regex) -> regex + names);
    }

    private static String fingerprint(Map<String, String> environment) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(new TreeMap<>(environment).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void append(Map<String, String> conf, String key, String value) {
        List<String> values = Stream.concat(
                        Stream.of(conf.getOrDefault(key, "").split(",")).map(String::trim), Stream.of(value))
                .filter(item -> !item.isEmpty())
                .distinct()
                .toList();
        conf.put(key, String.join(",", values));
    }
}
