package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hybridingest.sandbox.Sandbox;
import io.hybridingest.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every measurement, against a peer in the same run where there is one. Immutable. */
public final class Benchmarks {
    private final List<Measurement> measurements;

    Benchmarks(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    /**
     * Measures what is wanted, one thing after the other, and starts no more than that needs.
     *
     * @param directory of the sandbox
     * @param console is told what happens, a line at a time
     * @throws SandboxException where nothing is called what is wanted, or a measurement fails
     */
    public static Benchmarks run(Selection wanted, Path directory, Consumer<String> console) throws IOException {
        List<Measurement> measurements = new ArrayList<>();
        if (ProcessorComparisons.NAMES.stream().anyMatch(wanted::touches)) {
            try (Sandbox sandbox = Sandbox.builder().directory(directory).start()) {
                measurements.addAll(new ProcessorComparisons(sandbox, console).measure(wanted));
            }
        }
        if (wanted.touches(PublishComparisons.NAME)) {
            try (Sandbox sandbox =
                    Sandbox.builder().directory(directory).withKafka().fresh().start()) {
                measurements.addAll(new PublishComparisons(sandbox, console).measure(wanted));
            }
        }
        if (wanted.touches(LaunchMeasurements.NAME)) {
            try (Sandbox sandbox = Sandbox.builder()
                    .directory(directory)
                    .withSpark()
                    .fresh()
                    .progress(console)
                    .start()) {
                measurements.addAll(new LaunchMeasurements(sandbox, console).measure(wanted));
            }
        }
        if (wanted.touches(SinkMeasurements.NAME)) {
            try (Sandbox sandbox = Sandbox.builder()
                    .directory(directory)
                    .withKafka()
                    .withSpark()
                    .fresh()
                    .progress(console)
                    .start()) {
                measurements.addAll(new SinkMeasurements(sandbox, console).measure(wanted));
            }
        }
        if (wanted.touches(EndToEnd.NAME)) {
            try (Sandbox sandbox = Sandbox.builder()
                    .directory(directory)
                    .withKafka()
                    .withNifi()
                    .withSpark()
                    .fresh()
                    .progress(console)
                    .start()) {
                new EndToEnd(sandbox, console)
                        .measure().stream()
                                .filter(measurement -> wanted.includes(measurement.name()))
                                .forEach(measurements::add);
            }
        }
        if (measurements.isEmpty()) {
            throw new SandboxException(
                    "No measurement is called %s. There are preprocess, route, publish, launch, sink and end-to-end, see docs/benchmarks.md"
                            .formatted(wanted.prefix()));
        }
        return new Benchmarks(measurements);
    }

    /** A line each: {@code name ours=… peer=… ratio=…}. */
    public List<String> lines() {
        return measurements.stream().map(Measurement::line).toList();
    }

    /**
     * A list of objects with {@code name}, {@code ours}, {@code peer}, {@code ratio} and {@code unit}, peer and ratio null where there is
     * no peer, and where it was measured {@code oursAllocated} and {@code peerAllocated}, bytes a record.
     */
    public ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Measurement measurement : measurements) {
            ObjectNode node = list.addObject()
                    .put("name", measurement.name())
                    .put("ours", measurement.ours())
                    .put("peer", measurement.peer())
                    .put("ratio", measurement.ratio())
                    .put("unit", measurement.unit());
            if (measurement.allocation() != null) {
                node.put("oursAllocated", measurement.allocation().ours());
                node.put("peerAllocated", measurement.allocation().peer());
            }
        }
        return list;
    }
}
