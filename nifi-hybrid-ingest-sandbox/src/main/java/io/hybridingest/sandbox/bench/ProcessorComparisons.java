package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.sandbox.ChildProcess;
import io.hybridingest.sandbox.Launch;
import io.hybridingest.sandbox.Layout;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import io.hybridingest.sandbox.SparkDistribution;
import io.hybridingest.sandbox.Waiting;
import io.hybridingest.sandbox.feed.FlightFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * PreprocessRecord and RouteHybridRecord against NiFi's own processors, measured by the module {@code processor-bench}, whose class path is
 * NiFi's. Each piece of work has a JVM of its own, which runs both sides: the same heap, the same collector, the same compiler.
 */
final class ProcessorComparisons {
    /** What the names of these measurements begin with. */
    static final List<String> NAMES = List.of("preprocess", "route");

    private static final String MAIN = "io.hybridingest.bench.ProcessorBench";
    private static final String FINDING = "{\"name\"";
    private static final String WORK = "{\"work\"";
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sandbox sandbox;
    private final Consumer<String> console;

    /** @param sandbox need not have any system */
    ProcessorComparisons(Sandbox sandbox, Consumer<String> console) {
        this.sandbox = sandbox;
        this.console = console;
    }

    /**
     * The wanted comparisons, and for each peer the case in the middle under the plain name.
     *
     * @throws SandboxException with the end of its log, where a JVM failed
     */
    List<Measurement> measure(Selection wanted) throws IOException {
        Path flights = Files.createDirectories(sandbox.data().resolve("flights"));
        FlightFiles.write(SparkDistribution.install(console).flights().resolve("flights.csv.zip"), flights);
        console.accept("PreprocessRecord and RouteHybridRecord against NiFi's own processors");
        List<String> arguments = List.of(flights.toString(), wanted.prefix());
        List<Measurement> measurements = new ArrayList<>();
        for (String line : lines("processor-bench", arguments, WORK)) {
            String work = JSON.readTree(line).required("work").asText();
            lines("processor-bench." + work, concat(arguments, work), FINDING)
                    .forEach(finding -> measurements.add(measurement(finding)));
        }
        measurements.addAll(summaries(measurements, wanted));
        return measurements;
    }

    /** What a JVM prints that begins like this; the rest is for the console. */
    private List<String> lines(String name, List<String> arguments, String beginning) throws IOException {
        Path log = sandbox.logs().resolve(name + ".log");
        Files.deleteIfExists(log);
        ChildProcess process = sandbox.run(name, command(arguments), Map.of());
        Progress progress = new Progress(log);
        Waiting.until("the comparison of processors; see " + log, PATIENCE, () -> {
            boolean ended = !process.isAlive();
            progress.tell(console);
            return ended;
        });
        if (process.exitValue() != 0) {
            throw new SandboxException("The comparison of processors failed. Its log, %s, ends with:%n%s"
                    .formatted(log, process.lastLines()));
        }
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Launch.java(Launch.currentJavaHome()),
                "-Xms2g",
                "-Xmx2g",
                "-XX:+UseParallelGC",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Layout.ofBuild().processorBenchClassPath(),
                MAIN));
        command.addAll(arguments);
        return command;
    }

    private static List<String> concat(List<String> arguments, String last) {
        List<String> all = new ArrayList<>(arguments);
        all.add(last);
        return all;
    }

    /** For each peer that is wanted as a whole the case in the middle; of an even number of cases, the worse one of the two. */
    static List<Measurement> summaries(List<Measurement> cases, Selection wanted) {
        Map<String, List<Measurement>> byPeer = cases.stream()
                .collect(Collectors.groupingBy(
                        ProcessorComparisons::peer,
                        LinkedHashMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), ProcessorComparisons::byRatio)));
        return byPeer.entrySet().stream()
                .filter(peer -> wanted.includes(peer.getKey()))
                .map(peer ->
                        peer.getValue().get((peer.getValue().size() - 1) / 2).named(peer.getKey()))
                .toList();
    }

    private static List<Measurement> byRatio(List<Measurement> cases) {
        return cases.stream()
                .sorted(Comparator.comparingDouble(Measurement::ratio))
                .toList();
    }

    /** Such as {@code preprocess.vs-loop} of {@code preprocess.vs-loop.flights-csv.100}. */
    private static String peer(Measurement measurement) {
        String[] parts = measurement.name().split("\\.");
        return parts[0] + "." + parts[1];
    }

    /** One line of the JVM's findings. */
    static Measurement measurement(String line) {
        try {
            JsonNode finding = JSON.readTree(line);
            return new Measurement(
                    finding.required("name").asText(),
                    finding.required("ours").asDouble(),
                    finding.required("peer").asDouble(),
                    finding.required("unit").asText(),
                    new Measurement.Allocation(
                            finding.required("oursAllocated").asDouble(),
                            finding.required("peerAllocated").asDouble()));
        } catch (JsonProcessingException garbled) {
            throw new UncheckedIOException("Not a finding: " + line, garbled);
        }
    }
}
