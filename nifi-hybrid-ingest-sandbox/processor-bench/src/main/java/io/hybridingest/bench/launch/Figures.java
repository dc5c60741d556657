package io.hybridingest.bench.launch;

import java.util.List;

/** The arithmetic of findings. */
final class Figures {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;

    private Figures() {}

    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static double seconds(long nanos) {
        return nanos / NANOS_PER_SECOND;
    }

    /** Processor time as a share of one core, in percent. */
    static double shareOfCore(long cpuNanos, long nanos) {
        return PERCENT * cpuNanos / nanos;
    }
}
