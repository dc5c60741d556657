package io.hybridingest.job.report;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The run in Spark's own metrics system, from which its sinks (Prometheus, JMX, Graphite, CSV and others) take it: source
 * {@code plugin.io.hybridingest.job.report.RunPlugin}. Counters count since the driver started; gauges tell of the newest micro-batch, and are -1
 * where it says nothing of them.
 */
final class RunMetrics {
    private static final double MILLIS_PER_SECOND = 1000.0;
    private static final Number UNKNOWN = -1;

    private final Counter microBatches = new Counter();
    private final Counter rowsIn = new Counter();
    private final Counter rowsInserted = new Counter();
    private final Counter rowsDuplicate = new Counter();
    private final Counter rowsQuarantined = new Counter();
    private final Counter rowsLate = new Counter();
    private volatile ProgressLine newest;

    /** Makes them known to Spark. */
    void register(MetricRegistry registry) {
        registry.register("microBatches", microBatches);
        registry.register("rowsIn", rowsIn);
        registry.register("rowsInserted", rowsInserted);
        registry.register("rowsDuplicate", rowsDuplicate);
        registry.register("rowsQuarantined", rowsQuarantined);
        registry.register("rowsLate", rowsLate);
        gauge(registry, "lagRecords", ProgressLine::lagRecords);
        gauge(registry, "lagSeconds", ProgressLine::lagSeconds);
        gauge(registry, "watermarkSeconds", RunMetrics::watermarkSeconds);
        gauge(registry, "batchId", ProgressLine::batchId);
        for (String phase : List.of("triggerExecution", "addBatch", "queryPlanning", "walCommit", "commitOffsets")) {
            gauge(registry, phase + "Millis", line -> line.durationMillis().get(phase));
        }
    }

    private void gauge(MetricRegistry registry, String name, Function<ProgressLine, Number> value) {
        registry.register(name, (Gauge<Number>)
                () -> Optional.ofNullable(newest).map(value).orElse(UNKNOWN));
    }

    private static Number watermarkSeconds(ProgressLine line) {
        return line.watermark() == null ? null : Instant.parse(line.watermark()).toEpochMilli() / MILLIS_PER_SECOND;
    }

    /** A micro-batch has ended. */
    void note(ProgressLine line) {
        microBatches.inc();
        rowsIn.inc(line.rowsIn());
        if (line.counts() != null) {
            rowsInserted.inc(line.counts().rowsInserted());
            rowsDuplicate.inc(line.counts().rowsDuplicate());
            rowsQuarantined.inc(line.counts().rowsQuarantined());
            rowsLate.inc(line.counts().rowsLate());
        }
        newest = line;
    }
}
