package io.hybridingest.sandbox.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hybridingest.sandbox.Sandbox;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Every measurement, each against a peer in the same run. Immutable. */
public final class Benchmarks {
    private final List<Measurement> measurements;

    private Benchmarks(List<Measurement> measurements) {
        this.measurements = List.copyOf(measurements);
    }

    /**
     * Measures everything, one thing after the other.
     *
     * @param sandbox with NiFi, Kafka and Spark, and nothing on its canvas
     * @param console is told what happens, a line at a time
     */
    public static Benchmarks run(Sandbox sandbox, Consumer<String> console) throws IOException {
        return new Benchmarks(new EndToEnd(sandbox, console).measure());
    }

    /** A line each: {@code name ours=… peer=… ratio=…}. */
    public List<String> lines() {
        return measurements.stream().map(Measurement::line).toList();
    }

    /** A list of objects with {@code name}, {@code ours}, {@code peer}, {@code ratio} and {@code unit}. */
    public ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Measurement measurement : measurements) {
            list.addObject()
                    .put("name", measurement.name())
                    .put("ours", measurement.ours())
                    .put("peer", measurement.peer())
                    .put("ratio", measurement.ratio())
                    .put("unit", measurement.unit());
        }
        return list;
    }
}
