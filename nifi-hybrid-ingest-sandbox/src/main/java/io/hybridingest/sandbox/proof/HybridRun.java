package io.hybridingest.sandbox.proof;

import io.hybridingest.sandbox.Layout;
import io.hybridingest.sandbox.NifiApi;
import io.hybridingest.sandbox.Ports;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkDistribution;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.feed.Feeder;
import io.hybridingest.sandbox.flow.FlowDefinitions;
import io.hybridingest.sandbox.flow.FlowParameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The whole product at work once, and what came of it: the template in a real NiFi, fed with real flights, until
 * everything has settled. Used by one thread.
 */
public final class HybridRun {
    /** Name of the template's pipeline, and so of its topic and consumer group. */
    public static final String PIPELINE = "flights";

    private static final int PARTITIONS = 4;
    private static final Duration STARTUP = Duration.ofMinutes(4);
    private static final Duration SETTLING = Duration.ofMinutes(10);

    private final Sandbox sandbox;
    private final FeedScale scale;
    private final Set<Chaos> chaos;
    private final Consumer<String> console;
    private final SparkRuns runs;
    private final int httpPort = Ports.free();
    private Consumer<String> configuration = imported -> {};
    private String group;

    /** What is done to the systems on purpose while records flow. */
    public enum Chaos {
        /** The stream job's driver is ended with SIGKILL once, while live records are sent. */
        DRIVER,
        /** NiFi is ended with SIGKILL once, while a stream driver lives, and started again. */
        NIFI
    }

    /**
     * @param sandbox with NiFi, Kafka and Spark, and nothing on its canvas
     * @param console is told what happens, a line at a time
     */
    public HybridRun(Sandbox sandbox, FeedScale scale, Set<Chaos> chaos, Consumer<String> console) {
        this.sandbox = sandbox;
        this.scale = scale;
        this.chaos = Set.copyOf(chaos);
        this.console = console;
        this.runs = new SparkRuns(sandbox.sparkRuns());
    }

    /** Has something done to the imported process group, whose identifier it is told, before it is started. */
    public void beforeStart(Consumer<String> configure) {
        configuration = configure;
    }

    /**
     * Imports and starts the template, feeds it, and proves what came of it.
     *
     * @return the report, which is also in {@code report.json}
     * @throws SandboxException where there is nothing to report on, such as an invalid component
     */
    public Report run() {
        startFlow();
        try (Feeder feeder = feeder();
                Progress progress = progress(feeder)) {
            console.accept("Feeding %,d flights, and trouble".formatted(feeder.planned()));
            long start = System.nanoTime();
            List<String> disturbances = feed(feeder, progress);
            progress.settle(SETTLING);
            Duration wall = Duration.ofNanos(System.nanoTime() - start);
            feeder.close();
            return prove(wall, disturbances);
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** Address of the canvas, with the imported flow open. */
    public URI canvas() {
        return sandbox.nifi().canvas().resolve("#/process-groups/" + group);
    }

    /** Identifier of the imported process group. */
    public String group() {
        return group;
    }

    /**
     * Imports the template, gives its parameters this sandbox's values, and starts it, every component valid. Returns once
     * the stream job runs.
     */
    public void startFlow() {
        NifiApi api = sandbox.nifi().api();
        importFlow();
        configuration.accept(group);
        api.enableControllerServices(group);
        api.start(group);
        console.accept("Every component is valid and running: " + canvas());
        console.accept("Waiting for the stream job");
        Waiting.until(
                "the stream job to run; see " + sandbox.sparkRuns() + " and the bulletins of " + canvas(),
                STARTUP,
                // The first micro-batch comes without records, too: from there on the job is ready for them.
                runs::streamHasProgress);
    }

    /** Imports the template and gives its parameters this sandbox's values. */
    public void importFlow() {
        NifiApi api = sandbox.nifi().api();
        try {
            Path template = FlowDefinitions.ofBuild(Layout.ofBuild()).hybridIngestFile();
            console.accept("Importing " + template.getFileName());
            group = api.importFlow("Hybrid ingest", Files.readAllBytes(template));
            Files.createDirectories(incoming());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        api.setParameters(
                FlowDefinitions.PARAMETER_CONTEXT,
                parameters().entrySet().stream()
                        .collect(Collectors.toMap(entry -> entry.getKey().parameter(), Map.Entry::getValue)));
    }

    private Map<FlowParameter, String> parameters() {
        SparkDistribution spark = sandbox.spark();
        Map<FlowParameter, String> values = new EnumMap<>(FlowParameter.class);
        values.put(FlowParameter.HTTP_PORT, String.valueOf(httpPort));
        values.put(FlowParameter.INCOMING_PATH, incoming().toString());
        values.put(FlowParameter.LANDING_PATH, landing().toString());
        values.put(FlowParameter.TABLE_PATH, table().toString());
        values.put(FlowParameter.KAFKA_BOOTSTRAP_SERVERS, sandbox.kafka().bootstrapServers());
        values.put(FlowParameter.KAFKA_TOPIC_PARTITIONS, String.valueOf(PARTITIONS));
        values.put(FlowParameter.SPARK_HOME, spark.sparkHome().toString());
        values.put(FlowParameter.SPARK_JAVA_HOME, spark.javaHome().toString());
        values.put(FlowParameter.SPARK_MASTER, "local[2]");
        values.put(
                FlowParameter.SPARK_JARS,
                spark.jars().stream().map(Path::toString).collect(Collectors.joining(",")));
        values.put(FlowParameter.SPARK_WORKING_PATH, sandbox.sparkRuns().toString());
        values.put(FlowParameter.LATE_AFTER, scale.lateAfter().toHours() + " hours");
        values.put(FlowParameter.BATCH_INTERVAL, "1 minute");
        return values;
    }

    private Feeder feeder() throws IOException {
        return Feeder.plan(scale, sandbox.spark().flights().resolve("flights.csv.zip"), live(), incoming(), truth());
    }

    private Progress progress(Feeder feeder) {
        return new Progress(
                console,
                feeder,
                new DeltaLog(table()),
                new DeltaLog(quarantine()),
                sandbox.kafka().admin(),
                admin -> new KafkaLag(admin, PIPELINE, PIPELINE, PARTITIONS),
                () -> sandbox.nifi().api().queues(group),
                runs,
                landing());
    }

    private List<String> feed(Feeder feeder, Progress progress) {
        Map<Chaos, String> disturbances = new EnumMap<>(Chaos.class);
        CompletableFuture<Void> feeding = CompletableFuture.runAsync(feeder::run);
        while (!progress.awaitTick(feeding)) {
            progress.tell();
            if (isTimeToDisturb(feeder)) {
                disturb(disturbances);
            }
        }
        try {
            feeding.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
        if (chaos.contains(Chaos.DRIVER) && !disturbances.containsKey(Chaos.DRIVER)) {
            throw new SandboxException("No stream driver was there to be ended while records were sent");
        }
        if (!disturbances.keySet().containsAll(chaos)) {
            Waiting.until("a stream driver that outlives NiFi", STARTUP, runs::streamHasProgress);
            disturb(disturbances);
        }
        console.accept("Everything is sent; waiting until it has settled");
        return List.copyOf(disturbances.values());
    }

    /** In the middle of the feed, when fresh records are on their way: those that are late became known first. */
    private boolean isTimeToDisturb(Feeder feeder) {
        return feeder.liveShareSent() > 0.6;
    }

    /** Does the next thing that is wanted and was not done yet, where a stream driver is there for it. */
    private void disturb(Map<Chaos, String> disturbances) {
        Optional<ProcessHandle> driver = runs.streamDriver().flatMap(ProcessHandle::of);
        if (driver.isEmpty() || !runs.streamHasProgress()) {
            return;
        }
        chaos.stream()
                .sorted()
                .filter(kind -> !disturbances.containsKey(kind))
                .findFirst()
                .ifPresent(kind -> {
                    disturbances.put(
                            kind,
                            switch (kind) {
                                case DRIVER -> kill(driver.get());
                                case NIFI -> killNifiBeside(driver.get());
                            });
                    console.accept("CHAOS: " + disturbances.get(kind));
                });
    }

    private static String kill(ProcessHandle driver) {
        driver.destroyForcibly();
        return "ended the stream driver, process %d, with SIGKILL".formatted(driver.pid());
    }

    private String killNifiBeside(ProcessHandle driver) {
        sandbox.nifi().kill();
        boolean outlived = driver.isAlive();
        sandbox.nifi().restart();
        return "ended NiFi with SIGKILL and started it again; the stream driver, process %d, %s"
                .formatted(driver.pid(), outlived ? "lived on" : "ended, too");
    }

    private Report prove(Duration wall, List<String> disturbances) throws IOException {
        console.accept("Comparing the table with what was sent, record by record");
        Map<String, String> versions = new java.util.HashMap<>(Layout.ofBuild().versions());
        versions.put("nifi-hybrid-ingest", Layout.ofBuild().version());
        versions.put("java", Runtime.version().toString());
        versions.put("nifi", sandbox.nifi().api().version());
        Report report =
                Report.of(new Proof(sandbox).findings(table(), quarantine(), truth()), wall, versions, disturbances);
        report.write(sandbox.directory().resolve("report.json"));
        return report;
    }

    /** Address that live records are posted to. */
    public URI live() {
        return URI.create("http://127.0.0.1:" + httpPort + "/flights");
    }

    /** Directory that CSV files are moved into. */
    public Path incoming() {
        return sandbox.data().resolve("incoming");
    }

    private Path landing() {
        return sandbox.data().resolve("landing");
    }

    /** The table that both lanes write. */
    public Path table() {
        return sandbox.data().resolve("table").resolve(PIPELINE);
    }

    private Path quarantine() {
        return sandbox.data().resolve("table").resolve(PIPELINE + "_quarantine");
    }

    private Path truth() {
        return sandbox.data().resolve("truth");
    }
}
