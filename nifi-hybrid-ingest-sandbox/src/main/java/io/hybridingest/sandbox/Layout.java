package io.hybridingest.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the parts of the sandbox lie in this working copy, and their versions, as the build wrote them down.
 *
 * @param root the root of the working copy
 * @param version version of this project
 * @param versions versions of the systems, by name: {@code nifi}, {@code kafka}, {@code spark}, {@code delta},
 *     {@code flights}
 * @param configuredSparkJavaHome the JDK for Spark that the build was given; empty where it was given none
 */
public record Layout(Path root, String version, Map<String, String> versions, String configuredSparkJavaHome) {
    public Layout {
        versions = Map.copyOf(versions);
    }

    /** The layout of the working copy that this class was built in. */
    public static Layout ofBuild() {
        Properties built = new Properties();
        try (InputStream properties = Layout.class.getResourceAsStream("/sandbox.properties")) {
            built.load(properties);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("sandbox.properties is unreadable; build again with: make test", unreadable);
        }
        String suffix = ".version";
        Map<String, String> versions = built.stringPropertyNames().stream()
                .filter(name -> name.endsWith(suffix))
                .collect(Collectors.toMap(
                        name -> name.substring(0, name.length() - suffix.length()), built::getProperty));
        String sparkJavaHome = built.getProperty("spark.java.home", "");
        return new Layout(
                Path.of(built.getProperty("root")),
                built.getProperty("version"),
                versions,
                sparkJavaHome.startsWith("${") ? "" : sparkJavaHome);
    }

    /** The directory of everything that the sandbox makes and keeps between runs. */
    public Path sandboxDirectory() {
        return root.resolve(".sandbox");
    }

    /** Jars of the Kafka broker. */
    public List<Path> kafkaJars() {
        return files(part("kafka").resolve("lib"), ".jar");
    }

    /** NiFi's {@code lib}: the jars that it starts from and its NARs. */
    public Path nifiLibrary() {
        Path library = part("nifi").resolve("lib");
        files(library, ".nar");
        return library;
    }

    /** Jars that Spark needs beside its own for Delta, Kafka and Avro. */
    public List<Path> sparkJars() {
        return files(part("spark").resolve("jars"), ".jar");
    }

    /** Class path of the JVM that compares processors. */
    public String processorBenchClassPath() {
        Path target = part("processor-bench");
        Path others = target.resolve("class-path");
        try {
            return target.resolve("classes")
                    + File.pathSeparator
                    + Files.readString(others).strip();
        } catch (NoSuchFileException missing) {
            throw notBuilt(others);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The NAR of this project. */
    public Path nar() {
        return built("nifi-hybrid-ingest-nar", ".nar");
    }

    /** The jar of this project's Spark application, which the NAR holds, too. */
    public Path ingestJob() {
        return built("nifi-hybrid-ingest-spark", ".jar");
    }

    private Path built(String module, String suffix) {
        Path artifact = root.resolve(module).resolve("target").resolve(module + "-" + version + suffix);
        if (!Files.isRegularFile(artifact)) {
            throw notBuilt(artifact);
        }
        return artifact;
    }

    /**
     * The JDK that Spark runs on: the system property {@code spark.java.home}, else SPARK_JAVA_HOME, else what the
     * build was given.
     */
    public Path sparkJavaHome() {
        String fromEnvironment = System.getenv().getOrDefault("SPARK_JAVA_HOME", configuredSparkJavaHome);
        String home = System.getProperty("spark.java.home", fromEnvironment);
        if (home.isBlank() || !Files.isExecutable(Path.of(home, "bin", "java"))) {
            throw new SandboxException(
                    "Spark 3.5 needs a JDK 17 and %s is none: set SPARK_JAVA_HOME to one, or use `make`"
                            .formatted(home.isBlank() ? "none was given" : home));
        }
        return Path.of(home);
    }

    private Path part(String name) {
        return root.resolve("nifi-hybrid-ingest-sandbox").resolve(name).resolve("target");
    }

    static List<Path> files(Path directory, String suffix) {
        if (!Files.isDirectory(directory)) {
            throw notBuilt(directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> files = entries.filter(
                            file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw notBuilt(directory);
            }
            return files;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static SandboxException notBuilt(Path missing) {
        return new SandboxException(missing + " is not there yet: build first with `mvn package`, or use `make`");
    }
}
