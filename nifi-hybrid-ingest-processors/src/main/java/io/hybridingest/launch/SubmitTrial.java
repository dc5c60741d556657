package io.hybridingest.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs spark-submit without anybody's application.
 *
 * @param installation to try
 * @param versionLimit how long it may take to say its version
 * @param packagesLimit how long it may take to resolve the packages
 */
record SubmitTrial(SparkInstallation installation, Duration versionLimit, Duration packagesLimit) {
    private static final String PACKAGES = "spark.jars.packages";
    private static final List<String> RESOLUTION = List.of(
            PACKAGES,
            "spark.jars.excludes",
            "spark.jars.repositories",
            "spark.jars.ivy",
            "spark.jars.ivySettings",
            "spark.redaction.regex");
    private static final String JAVA_OPTIONS = "spark.driver.extraJavaOptions";
    private static final int SHOWN = 4096;

    private static final Pattern UNRESOLVED = Pattern.compile("(?m)^\\s*:: (\\S+#\\S+;\\S+: .+)$");
    private static final Pattern UNREACHED = Pattern.compile("(?mi)^\\s*(?:SERVER ERROR|Server access error).*$");
    private static final Pattern FOUND = Pattern.compile("(?m)^\\s*found (\\S+#\\S+;\\S+) in ");
    private static final Pattern EXCEPTION = Pattern.compile("(?m)^Exception in thread .*$");

    private static final String WAYS_OUT = " Correct Packages, or JARs instead. Behind a mirror of Maven Central: add"
            + " spark.jars.ivySettings, a file of Ivy's settings that names only the mirror; spark.jars.repositories adds one"
            + " that is asked after Maven Central. Behind a proxy: -Dhttps.proxyHost=... -Dhttps.proxyPort=... in Driver Java"
            + " Options, in deploy mode cluster in env.SPARK_SUBMIT_OPTS.";

    SubmitTrial(SparkInstallation installation) {
        this(installation, Duration.ofSeconds(60), Duration.ofMinutes(3));
    }

    private record Ended(boolean inTime, int exitCode, String output) {
        boolean well() {
            return inTime && exitCode == 0;
        }
    }

    /** Runs {@code spark-submit --version} on the installation's Java. */
    Trial version() throws IOException, InterruptedException {
        Ended ended = run(List.of("--version"), versionLimit);
        String said = ended.output().isEmpty() ? "spark-submit said nothing" : head(ended.output());
        if (ended.well()) {
            return Trial.passed(said);
        }
        String how = ended.inTime()
                ? "spark-submit --version ended with exit code " + ended.exitCode()
                : "spark-submit --version did not end within " + versionLimit.toSeconds() + " seconds";
        return Trial.failed(how + ". Run it by hand as NiFi's user, with JAVA_HOME set to Java Home: " + said);
    }

    /**
     * Has Spark resolve the packages as it would at a launch, into the cache that a launch uses. For that it runs a submission of
     * its own that does nothing else, on NiFi's machine whatever the master.
     */
    Trial packages() throws IOException, InterruptedException {
        Map<String, String> settings = installation.settings();
        if (settings.getOrDefault(PACKAGES, "").isBlank()) {
            return Trial.notTried("There are no Packages to resolve");
        }
        Path file = Files.createTempFile(
                "packages",
                ".properties",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(file, SparkConf.format(resolution(settings)));
            Ended ended = run(
                    List.of(
                            "--properties-file",
                            file.toString(),
                            "--class",
                            "org.apache.spark.deploy.SparkSubmit",
                            "spark-internal",
                            "--version"),
                    packagesLimit);
            return judge(ended, settings);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Map<String, String> resolution(Map<String, String> settings) {
        Map<String, String> resolution = new TreeMap<>(settings);
        resolution.keySet().retainAll(RESOLUTION);
        resolution.put("spark.master", "local[1]");
        boolean client =
                settings.getOrDefault("spark.submit.deployMode", "client").equals("client");
        String options = Arrays.stream(settings.getOrDefault(JAVA_OPTIONS, "").split("\\s+"))
                .filter(option -> client && option.startsWith("-D"))
                .collect(Collectors.joining(" "));
        if (!options.isEmpty()) {
            resolution.put(JAVA_OPTIONS, options);
        }
        return resolution;
    }

    private Trial judge(Ended ended, Map<String, String> settings) {
        String output = Redaction.of(settings).apply(ended.output());
        if (ended.well()) {
            long found = FOUND.matcher(output).results().count();
            return Trial.passed(
                    "Spark's Ivy has resolved " + found + " modules, and has them in its cache for the next launch");
        }
        if (!ended.inTime()) {
            return Trial.failed("They were not resolved within " + packagesLimit.toSeconds()
                    + " seconds: a repository does not answer, or is slow." + WAYS_OUT + "\n" + tail(output));
        }
        List<String> causes = new ArrayList<>();
        UNRESOLVED
                .matcher(output)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .forEach(causes::add);
        UNREACHED
                .matcher(output)
                .results()
                .map(MatchResult::group)
                .map(String::trim)
                .distinct()
                .forEach(causes::add);
        if (causes.isEmpty()) {
            EXCEPTION.matcher(output).results().map(MatchResult::group).forEach(causes::add);
        }
        return Trial.failed((causes.isEmpty() ? tail(output) : head(String.join("; ", causes))) + "." + WAYS_OUT);
    }

    private Ended run(List<String> arguments, Duration limit) throws IOException, InterruptedException {
        Path output = Files.createTempFile("spark-submit", ".log");
        List<String> command = new ArrayList<>(List.of(
                installation.sparkHome().resolve("bin").resolve("spark-submit").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(installation.environment());
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", installation.javaHome().toString(),
                        "SPARK_HOME", installation.sparkHome().toString()));
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
                return new Ended(
                        inTime,
                        inTime ? process.exitValue() : -1,
                        Files.readString(output).strip());
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String head(String text) {
        return text.substring(0, Math.min(SHOWN, text.length()));
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - SHOWN));
    }
}
