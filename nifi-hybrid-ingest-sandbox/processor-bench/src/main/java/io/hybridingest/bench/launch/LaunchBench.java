package io.hybridingest.bench.launch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What launching and supervising takes. Prints each finding as a line of JSON that begins with <code>{"name"</code>, and what happens as lines of
 * text. Of all figures less is better; only the first two have a peer.
 *
 * <ul>
 *   <li>{@code launch.vs-spark-submit}: seconds of a short PySpark batch through RunSparkBatch, to the end of its process, against spark-submit
 *       of the same.
 *   <li>{@code launch.vs-spark-submit.told}: the same, to the FlowFile in success.
 *   <li>{@code launch.supervision}, {@code launch.supervision.stream}: percent of a core that looking after 50 living stubs takes, by one
 *       RunSparkBatch and by 50 RunSparkStream.
 *   <li>{@code launch.relaunch}: the most seconds from kill -9 of a stub to the next launch.
 * </ul>
 */
public final class LaunchBench {
    private static final String SUBMIT = "launch.vs-spark-submit";
    private static final String SUPERVISION = "launch.supervision";
    private static final String RELAUNCH = "launch.relaunch";
    private static final int RUNS = 50;

    private final SparkHome spark;
    private final Path directory;
    private final Consumer<String> lines;

    LaunchBench(SparkHome spark, Path directory, Consumer<String> lines) {
        this.spark = spark;
        this.directory = directory;
        this.lines = lines;
    }

    /**
     * Measures.
     *
     * @param arguments an empty directory, Spark's home, its Java, its Python, a PySpark script, rounds, seconds over which supervision is
     *     measured, and the names of the wanted measurements without their ends, at least one
     */
    public static void main(String[] arguments) throws IOException {
        SparkHome spark = new SparkHome(
                Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]), Path.of(arguments[4]));
        LaunchBench bench = new LaunchBench(spark, Path.of(arguments[0]), System.out::println);
        int rounds = Integer.parseInt(arguments[5]);
        Duration supervised = Duration.ofSeconds(Long.parseLong(arguments[6]));
        for (String name : List.of(arguments).subList(7, arguments.length)) {
            bench.measure(name, rounds, supervised);
        }
    }

    private void measure(String name, int rounds, Duration supervised) throws IOException {
        switch (name) {
            case SUBMIT -> submit(rounds);
            case SUPERVISION -> supervision(RUNS, supervised);
            case RELAUNCH -> relaunch(rounds);
            default -> throw new IllegalArgumentException("Nothing is called " + name);
        }
    }

    private void submit(int rounds) throws IOException {
        lines.accept("A PySpark batch through RunSparkBatch, and by spark-submit alone");
        SubmitContest.Result result = new SubmitContest(spark, part("submit"), lines).measure(rounds);
        find(SUBMIT, result.ours(), "s", result.bare());
        find(SUBMIT + ".told", result.told(), "s", result.bare());
    }

    /** @param measured how long processor time is counted, after as long to warm up */
    void supervision(int runs, Duration measured) throws IOException {
        lines.accept("Looking after %d runs for %d s".formatted(runs, measured.toSeconds()));
        find(SUPERVISION, new Supervision(stub("batches"), runs, measured, measured).ofBatches(), "% of a core", null);
        find(
                SUPERVISION + ".stream",
                new Supervision(stub("streams"), runs, measured, measured).ofStreams(),
                "% of a core",
                null);
    }

    /** Each round kills at another moment between two triggers. */
    void relaunch(int rounds) throws IOException {
        lines.accept("Killing drivers of RunSparkStream, which reports each as an error");
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double part = (double) round / rounds;
            double taken = new Relaunch(stub("killed-" + round)).measure(part);
            lines.accept(String.format(
                    Locale.ROOT, "  killed %.2f of a period after a trigger, launched %.2f s later", part, taken));
            seconds.add(taken);
        }
        find(RELAUNCH, seconds.stream().max(Double::compare).orElseThrow(), "s", null);
    }

    private StubSpark stub(String name) throws IOException {
        return StubSpark.in(part(name), spark.javaHome());
    }

    private Path part(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private void find(String name, double ours, String unit, Double peer) {
        ObjectNode finding =
                JsonNodeFactory.instance.objectNode().put("name", name).put("ours", ours);
        lines.accept(finding.put("peer", peer).put("unit", unit).toString());
    }
}
