package io.hybridingest.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries what a launch needs, without launching anything of anybody's. Each trial stands for itself.
 *
 * @param installation to try
 */
public record LaunchTrials(SparkInstallation installation) {
    private static final Map<String, String> FILES = Map.of(
            "spark.jars", "JARs",
            "spark.submit.pyFiles", "Python Files",
            "spark.files", "Files");
    private static final String PYTHON = "spark.pyspark.python";
    private static final String EVENT_LOG = "spark.eventLog.dir";

    /** Whether the versions of Spark and Java fit. */
    public Trial versions() {
        InstallationCheck check = new InstallationCheck(
                installation.sparkHome(), installation.javaHome(), installation.workingDirectory());
        List<String> problems = new ArrayList<>(check.sparkProblems());
        problems.addAll(check.javaProblems());
        return problems.isEmpty() ? Trial.passed(check.versions()) : Trial.failed(String.join(" ", problems));
    }

    /** Writes a file into the working directory, and makes that where it does not exist. */
    public Trial workingDirectory() {
        Path working = installation.workingDirectory();
        try {
            Files.createDirectories(working);
            Files.delete(Files.createTempFile(working, ".verify", null));
            return Trial.passed(working + " can be written");
        } catch (IOException unwritable) {
            return Trial.failed("Working Directory cannot be written: " + unwritable
                    + ". Give NiFi's user the right, or choose another.");
        }
    }

    /** Whether the directory of the event logs is there; Spark does not make it, and a driver without it does not start. */
    public Trial eventLogDirectory() throws IOException {
        Map<String, String> settings = installation.settings();
        if (!Boolean.parseBoolean(settings.getOrDefault("spark.eventLog.enabled", "false"))) {
            return Trial.notTried("No event logs are written");
        }
        String where = settings.getOrDefault(EVENT_LOG, "/tmp/spark-events");
        Optional<Path> local = local(where);
        if (local.isEmpty() || inCluster(settings)) {
            return Trial.notTried("Only the driver can reach " + where + "; the first launch will tell");
        }
        return Files.isDirectory(local.get()) && Files.isWritable(local.get())
                ? Trial.passed(local.get() + " can be written")
                : Trial.failed("Event Log Directory " + local.get()
                        + " is not a directory that NiFi's user may write. Make it,"
                        + " as Spark does not, and give that user the right.");
    }

    /** Whether the files that are named, and the Python, are on this machine. */
    public Trial files() throws IOException {
        Map<String, String> settings = installation.settings();
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Map.Entry<String, String> key : FILES.entrySet()) {
            for (Path file : locals(settings.getOrDefault(key.getKey(), ""))) {
                if (Files.isReadable(file)) {
                    found++;
                } else {
                    missing.add(key.getValue() + ": " + file);
                }
            }
        }
        String python = settings.getOrDefault(PYTHON, "");
        if (python.startsWith("/") && !inCluster(settings)) {
            if (Files.isExecutable(Path.of(python))) {
                found++;
            } else {
                missing.add("Python Executable: " + python);
            }
        }
        if (!missing.isEmpty()) {
            return Trial.failed("NiFi's user finds no such file, or may not use it: " + String.join("; ", missing)
                    + ". Give the whole path, and that user the right.");
        }
        return found == 0
                ? Trial.notTried("No file of this machine is named")
                : Trial.passed("All " + found + " are there");
    }

    /** Reaches for the master. */
    public Trial master() throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(installation.environment());
        return new MasterTrial(installation.settings().getOrDefault("spark.master", "local[*]"), environment).run();
    }

    /** Runs {@code spark-submit --version}, for at most a minute. */
    public Trial submit() throws IOException, InterruptedException {
        return new SubmitTrial(installation).version();
    }

    /** Has Spark resolve the packages, for at most three minutes. */
    public Trial packages() throws IOException, InterruptedException {
        return new SubmitTrial(installation).packages();
    }

    private static boolean inCluster(Map<String, String> settings) {
        return settings.getOrDefault("spark.submit.deployMode", "client").equals("cluster");
    }

    private static List<Path> locals(String list) {
        List<Path> files = new ArrayList<>();
        for (String item : list.split(",")) {
            // A file may be given another name behind a #, and several files by a pattern.
            String path = item.trim().replaceFirst("#.*", "");
            if (!path.isEmpty() && path.chars().noneMatch(character -> "*?[{".indexOf(character) >= 0)) {
                local(path).ifPresent(files::add);
            }
        }
        return files;
    }

    /** The path on this machine; empty where a URI leads elsewhere. */
    private static Optional<Path> local(String uri) {
        String path = uri.startsWith("file:") ? uri.substring("file:".length()).replaceFirst("^//(?=/)", "") : uri;
        try {
            return path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") ? Optional.empty() : Optional.of(Path.of(path));
        } catch (InvalidPathException elsewhere) {
            return Optional.empty();
        }
    }
}
