package io.hybridingest.bench.launch;

import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.nifi.util.MockFlowFile;

/**
 * The same PySpark application through RunSparkBatch and by spark-submit alone, in turns, each side first in every other round. Round 0 warms
 * up and does not count: it reads Spark from the disk.
 */
final class SubmitContest {
    private static final String RESULT = "sum: ";

    private final SparkHome spark;
    private final Path directory;
    private final Consumer<String> progress;
    private final ScheduledProcessor processor;
    private final Drivers drivers = new Drivers();

    /** @param directory an empty one */
    SubmitContest(SparkHome spark, Path directory, Consumer<String> progress) {
        this.spark = spark;
        this.directory = directory;
        this.progress = progress;
        this.processor = ScheduledProcessor.of(
                new RunSparkBatch(),
                Map.of(
                        "Application",
                        "application-file",
                        "Application File",
                        spark.application().toString(),
                        "Retries",
                        "0"),
                new StandardSparkSubmitService(),
                installation());
    }

    /**
     * Medians in seconds.
     *
     * @param ours from the trigger that takes the FlowFile to the end of the driver's process
     * @param told from the same trigger to the FlowFile in success
     * @param bare from the start of spark-submit to the end of its process
     */
    record Result(double ours, double told, double bare) {}

    private record Ours(double ended, double told, String result) {}

    private record Bare(double ended, String result) {}

    Result measure(int rounds) throws IOException {
        List<Ours> ours = new ArrayList<>();
        List<Bare> bare = new ArrayList<>();
        try {
            for (int round = 0; round <= rounds; round++) {
                boolean bareFirst = round % 2 == 0;
                Bare before = bareFirst ? bare(round) : null;
                Ours supervised = ours();
                Bare alone = bareFirst ? before : bare(round);
                refuseDifference(supervised.result(), alone.result());
                progress.accept(String.format(
                        Locale.ROOT,
                        "  round %d: RunSparkBatch %.2f s, FlowFile told after %.2f s; spark-submit %.2f s",
                        round,
                        supervised.ended(),
                        supervised.told(),
                        alone.ended()));
                if (round > 0) {
                    ours.add(supervised);
                    bare.add(alone);
                }
            }
        } finally {
            Drivers.end();
        }
        return new Result(
                Figures.median(ours.stream().map(Ours::ended).toList()),
                Figures.median(ours.stream().map(Ours::told).toList()),
                Figures.median(bare.stream().map(Bare::ended).toList()));
    }

    private Ours ours() throws IOException {
        processor.enqueue();
        drivers.launched();
        long start = System.nanoTime();
        ScheduledProcessor.Triggered triggered = processor.trigger();
        List<ProcessHandle> launched = drivers.launched();
        if (launched.size() != 1) {
            throw new IOException("RunSparkBatch launched %d drivers. See %s".formatted(launched.size(), runs()));
        }
        CompletableFuture<Long> ended = launched.getFirst().onExit().thenApply(any -> System.nanoTime());
        while (triggered.to("success").isEmpty()) {
            triggered = processor.triggerWhenDue();
            triggered.refuseFailure(runs());
        }
        long told = System.nanoTime();
        MockFlowFile flowFile = triggered.to("success").getFirst();
        return new Ours(
                Figures.seconds(ended.join() - start),
                Figures.seconds(told - start),
                result(Path.of(flowFile.getAttribute("spark.driver.log"))));
    }

    private Bare bare(int round) throws IOException {
        Path log = directory.resolve("bare-%d.log".formatted(round));
        ProcessBuilder builder =
                new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", spark.javaHome().toString());
        builder.environment().put("SPARK_HOME", spark.home().toString());
        builder.environment().put("PYSPARK_PYTHON", spark.python().toString());
        long start = System.nanoTime();
        Process process = builder.start();
        long end = process.onExit().thenApply(any -> System.nanoTime()).join();
        if (process.exitValue() != 0) {
            throw new IOException("spark-submit ended with %d. See %s".formatted(process.exitValue(), log));
        }
        return new Bare(Figures.seconds(end - start), result(log));
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                spark.home().resolve("bin").resolve("spark-submit").toString(),
                "--master",
                SparkHome.MASTER,
                "--driver-memory",
                SparkHome.DRIVER_MEMORY));
        SparkHome.CONF.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
        command.add(spark.application().toString());
        return command;
    }

    private Map<String, String> installation() {
        Map<String, String> properties = new HashMap<>(SparkHome.CONF);
        properties.put("Spark Home", spark.home().toString());
        properties.put("Java Home", spark.javaHome().toString());
        properties.put("Python Executable", spark.python().toString());
        properties.put("Master", SparkHome.MASTER);
        properties.put("Driver Memory", SparkHome.DRIVER_MEMORY);
        properties.put("Working Directory", runs().toString());
        return properties;
    }

    private Path runs() {
        return directory.resolve("runs");
    }

    private static String result(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(RESULT))
                .findFirst()
                .orElseThrow(() -> new IOException("The application printed no result. See " + log));
    }

    private static void refuseDifference(String ours, String bare) throws IOException {
        if (!ours.equals(bare)) {
            throw new IOException("The application did different work: \"%s\" through RunSparkBatch, \"%s\" bare"
                    .formatted(ours, bare));
        }
    }
}
