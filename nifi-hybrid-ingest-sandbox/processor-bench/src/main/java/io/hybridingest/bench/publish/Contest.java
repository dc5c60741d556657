package io.hybridingest.bench.publish;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures sides against each other: one after the other in every round, so that whatever else the machine does meets all
 * of them. The first round warms up and does not count.
 */
final class Contest {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final long records;
    private final int rounds;
    private final Consumer<String> progress;

    Contest(long records, int rounds, Consumer<String> progress) {
        this.records = records;
        this.rounds = rounds;
        this.progress = progress;
    }

    /**
     * Records a second of each side, the median of its rounds. Tells also how many records it does in a second of this JVM's
     * processor time, which other work on the machine blurs less; the broker's is not in it.
     */
    Map<Side, Double> measure(List<Side> sides) {
        Map<Side, List<Double>> figures = new LinkedHashMap<>();
        Map<Side, List<Double>> processor = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Side side : sides) {
                System.gc();
                long before = PROCESS.getProcessCpuTime();
                double perSecond = side.publish(records);
                long used = PROCESS.getProcessCpuTime() - before;
                if (round > 0) {
                    processor.computeIfAbsent(side, any -> new ArrayList<>()).add(records * 1e9 / used);
                    figures.computeIfAbsent(side, any -> new ArrayList<>()).add(perSecond);
                }
            }
        }
        Map<Side, Double> medians = new LinkedHashMap<>();
        figures.forEach((side, all) -> {
            medians.put(side, median(all));
            progress.accept(String.format(
                    Locale.ROOT,
                    "  %s: %,.0f records/s, %,.0f in a second of processor time",
                    side.name(),
                    median(all),
                    median(processor.get(side))));
        });
        return medians;
    }

    private static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
