package io.hybridingest.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at a Spark installation before anything is started from it, so that a wrong path or a wrong Java is a sentence in
 * the service's validation instead of a stack trace in a driver's log.
 *
 * @param sparkHome directory that should hold {@code bin/spark-submit}
 * @param javaHome directory that should hold {@code bin/java}
 * @param workingDirectory directory that should be writable, or be possible to create
 */
public record InstallationCheck(Path sparkHome, Path javaHome, Path workingDirectory) {
    private static final Pattern CORE_JAR = Pattern.compile("spark-core_(\\d+\\.\\d+)-(.+)\\.jar");
    private static final Set<Integer> SUPPORTED_JAVA = Set.of(8, 11, 17);

    /** A version of Spark and of the Scala it is built for. */
    private record SparkVersion(String scala, String spark) {}

    /** Everything wrong with Spark Home; empty where it can be used. */
    public List<String> sparkProblems() {
        if (!Files.isRegularFile(sparkSubmit())) {
            return List.of(sparkHome + " holds no bin/spark-submit. Set Spark Home to the directory of a Spark 3.5"
                    + " distribution, the one with bin and jars in it.");
        }
        Optional<SparkVersion> version = sparkVersion();
        if (version.isEmpty()) {
            return List.of(sparkHome + " holds no jars/spark-core JAR, so its version is unknown."
                    + " Set Spark Home to a complete Spark 3.5 distribution.");
        }
        SparkVersion found = version.get();
        if (!found.spark().startsWith("3.5.") || !found.scala().equals("2.12")) {
            return List.of("Spark Home holds Spark " + found.spark() + " for Scala " + found.scala()
                    + ", but this bundle's Spark JAR is made for Spark 3.5 with Scala 2.12."
                    + " Set Spark Home to such a distribution.");
        }
        return List.of();
    }

    /** Everything wrong with Java Home; empty where Spark can run on it. */
    public List<String> javaProblems() {
        if (!Files.isExecutable(javaHome.resolve("bin").resolve("java"))) {
            return List.of(javaHome + " holds no bin/java. Set Java Home to the directory of a JDK 17, such as"
                    + " /usr/lib/jvm/java-17-openjdk-amd64.");
        }
        Optional<Integer> feature = javaFeature();
        if (feature.isEmpty()) {
            return List.of(javaHome + " holds no readable file named release, so its version is unknown."
                    + " Set Java Home to a complete JDK 17.");
        }
        if (!SUPPORTED_JAVA.contains(feature.get())) {
            return List.of("Java Home holds Java " + feature.get() + ", but Spark 3.5 runs on Java 8, 11 or 17 only."
                    + " Set Java Home to a JDK 17; NiFi itself may stay on another.");
        }
        return List.of();
    }

    /** Everything wrong with Working Directory; empty where run directories can be made in it. */
    public List<String> workingDirectoryProblems() {
        Path existing = workingDirectory.toAbsolutePath().normalize();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return List.of("Working Directory " + workingDirectory + " cannot be made or written: " + existing
                    + " is not a directory that NiFi's user may write. Give that user the right, or choose another.");
        }
        return List.of();
    }

    /** The versions that were found, in words. */
    String versions() {
        return "Spark " + sparkVersion().map(SparkVersion::spark).orElse("?") + " on Java "
                + javaFeature().map(String::valueOf).orElse("?");
    }

    private Path sparkSubmit() {
        return sparkHome.resolve("bin").resolve("spark-submit");
    }

    private Optional<SparkVersion> sparkVersion() {
        try (Stream<Path> jars = Files.list(sparkHome.resolve("jars"))) {
            return jars.map(jar -> CORE_JAR.matcher(String.valueOf(jar.getFileName())))
                    .filter(Matcher::matches)
                    .map(match -> new SparkVersion(match.group(1), match.group(2)))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<Integer> javaFeature() {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(javaHome.resolve("release"))) {
            release.load(in);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        List<Integer> numbers = new ArrayList<>();
        for (String part : version.split("[^0-9]+")) {
            if (!part.isEmpty()) {
                numbers.add(Integer.valueOf(part));
            }
        }
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        boolean old = numbers.getFirst() == 1 && numbers.size() > 1;
        return Optional.of(old ? numbers.get(1) : numbers.getFirst());
    }
}
