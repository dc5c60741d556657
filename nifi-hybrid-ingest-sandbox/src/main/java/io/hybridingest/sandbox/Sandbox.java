package io.hybridingest.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The systems that a pipeline needs, real and on this machine: a NiFi with this project's NAR, a Kafka broker, a Spark.
 * The demo and the tests start from the same builder:
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.builder()
 *         .directory(Sandbox.testDirectory("publishing"))
 *         .withKafka()
 *         .withNifi()
 *         .start()) {
 *     sandbox.nifi().api().importFlow(...);
 * }
 * }</pre>
 *
 * <p>Everything lies below its directory: {@code logs}, {@code data} for what flows write, {@code spark-runs} for run
 * directories, {@code nifi}, {@code kafka}, {@code run} for the records of processes. One sandbox runs in a directory
 * at a time. Everything listens on 127.0.0.1 only. Ends what it started when closed and when the JVM shuts down.
 */
public final class Sandbox implements AutoCloseable {
    /** The demo's canvas is found there, unless somebody else is. */
    private static final int PREFERRED_NIFI_PORT = 8080;

    private static final int PREFERRED_KAFKA_PORT = 9092;

    private final Path directory;
    private final SandboxLock lock;
    private final Processes processes;
    private final Optional<SparkDistribution> spark;
    private KafkaBroker kafka;
    private Nifi nifi;

    private Sandbox(Path directory, SandboxLock lock, Processes processes, Optional<SparkDistribution> spark) {
        this.directory = directory;
        this.lock = lock;
        this.processes = processes;
        this.spark = spark;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The directory of a test's sandbox. It stays after the test, with the logs of what failed. */
    public static Path testDirectory(String name) {
        return tests().resolve(name);
    }

    static Path tests() {
        return Layout.ofBuild().sandboxDirectory().resolve("tests");
    }

    /** The broker; only with {@link Builder#withKafka}. */
    public KafkaBroker kafka() {
        return started(kafka, "Kafka");
    }

    /** The NiFi; only with {@link Builder#withNifi}. */
    public Nifi nifi() {
        return started(nifi, "NiFi");
    }

    /** The Spark; only with {@link Builder#withSpark}. */
    public SparkDistribution spark() {
        return started(spark.orElse(null), "Spark");
    }

    private static <T> T started(T system, String name) {
        if (system == null) {
            throw new IllegalStateException("This sandbox was built without " + name);
        }
        return system;
    }

    public Path directory() {
        return directory;
    }

    public Path logs() {
        return directory.resolve("logs");
    }

    /** For what flows write: landing zone, tables, checkpoints. */
    public Path data() {
        return directory.resolve("data");
    }

    /** For the run directories of Spark launches. */
    public Path sparkRuns() {
        return directory.resolve("spark-runs");
    }

    /** Starts one more program that ends with this sandbox; its log is {@code logs/<name>.log}. */
    public ChildProcess run(String name, List<String> command, Map<String, String> environment) {
        return processes.start(new Launch(name, command, environment, directory, logs().resolve(name + ".log")));
    }

    /** Ends a program that {@link #run} started, with everything it started. */
    public void end(ChildProcess process) {
        processes.stop(process);
    }

    /** Leaves everything running when this JVM ends; {@code make down} ends it. */
    public void leaveRunning() {
        processes.leaveRunning();
        lock.close();
    }

    @Override
    public void close() {
        processes.close();
        lock.close();
    }

    private void start(Builder wanted) {
        List<CompletableFuture<Void>> starting = new ArrayList<>();
        if (wanted.kafka) {
            wanted.progress.accept("Starting Kafka %s".formatted(version("kafka")));
            starting.add(CompletableFuture.runAsync(() -> {
                Path log = logs().resolve("kafka.log");
                int port = wanted.port(PREFERRED_KAFKA_PORT);
                kafka = KafkaBroker.start(processes, directory.resolve("kafka"), log, port);
                wanted.progress.accept("Kafka answers at " + kafka.bootstrapServers());
            }));
        }
        if (wanted.nifi) {
            wanted.progress.accept("Starting NiFi %s".formatted(version("nifi")));
            starting.add(CompletableFuture.runAsync(() -> {
                Path log = logs().resolve("nifi.log");
                int port = wanted.port(PREFERRED_NIFI_PORT);
                nifi = Nifi.start(processes, directory.resolve("nifi"), log, port, wanted.nifiHeapMebibytes);
                wanted.progress.accept("NiFi's canvas is at " + nifi.canvas());
            }));
        }
        try {
            CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private static String version(String system) {
        return Layout.ofBuild().versions().get(system);
    }

    /** What a sandbox is to have. Not thread-safe. */
    public static final class Builder {
        private Path directory;
        private boolean kafka;
        private boolean nifi;
        private int nifiHeapMebibytes = Nifi.USUAL_HEAP;
        private boolean spark;
        private boolean fresh;
        private Consumer<String> progress = line -> {};

        private Builder() {}

        /**
         * Where everything lies, and free ports; by default {@code .sandbox} of the working copy, which is the demo's,
         * and the usual ports of NiFi and Kafka where they are free.
         */
        public Builder directory(Path path) {
            this.directory = path.toAbsolutePath().normalize();
            return this;
        }

        public Builder withKafka() {
            this.kafka = true;
            return this;
        }

        public Builder withNifi() {
            this.nifi = true;
            return this;
        }

        /**
         * A NiFi of a given heap.
         *
         * @param heapMebibytes most that its heap may take, in MiB
         */
        public Builder withNifi(int heapMebibytes) {
            this.nifiHeapMebibytes = heapMebibytes;
            return withNifi();
        }

        public Builder withSpark() {
            this.spark = true;
            return this;
        }

        /** Forgets flows, topics and data of an earlier run; keeps what is only slow to make again. */
        public Builder fresh() {
            this.fresh = true;
            return this;
        }

        /** Is told what happens, a line at a time, from several threads. */
        public Builder progress(Consumer<String> listener) {
            this.progress = listener;
            return this;
        }

        /**
         * Ends what an earlier run left in the directory, and starts the systems.
         *
         * @throws SandboxException when another run uses the directory, or a system does not come up
         */
        public Sandbox start() {
            Path root = directory == null ? Layout.ofBuild().sandboxDirectory() : directory;
            Path run = root.resolve("run");
            SandboxLock lock = SandboxLock.tryAcquire(run).orElseThrow(() -> alreadyRunning(run));
            try {
                Processes.endEverything(run).forEach(ended -> progress.accept("Ended what ran before: " + ended));
                prepare(root);
                Optional<SparkDistribution> distribution =
                        spark ? Optional.of(SparkDistribution.install(progress)) : Optional.empty();
                return start(root, lock, distribution);
            } catch (RuntimeException failure) {
                lock.close();
                throw failure;
            }
        }

        private int port(int usual) {
            return directory == null ? Ports.preferably(usual) : Ports.free();
        }

        private Sandbox start(Path root, SandboxLock lock, Optional<SparkDistribution> distribution) {
            Processes processes = Processes.in(root.resolve("run"));
            try {
                Sandbox sandbox = new Sandbox(root, lock, processes, distribution);
                sandbox.start(this);
                return sandbox;
            } catch (RuntimeException failure) {
                processes.close();
                throw failure;
            }
        }

        private void prepare(Path root) {
            if (fresh) {
                List.of("kafka", "data", "spark-runs", "logs").forEach(part -> Trees.delete(root.resolve(part)));
                NifiDirectory.forgetData(root.resolve("nifi"));
            }
            try {
                for (String part : List.of("data", "spark-runs", "logs")) {
                    Files.createDirectories(root.resolve(part));
                }
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        }

        private static SandboxException alreadyRunning(Path run) {
            String holder = SandboxLock.holder(run)
                    .map(process -> "process " + process.pid())
                    .orElse("another process");
            return new SandboxException(
                    "A run is already going on here (%s): wait for its end, or stop it with `make down`"
                            .formatted(holder));
        }
    }
}
