package io.hybridingest.bench.launch;

import com.sun.management.OperatingSystemMXBean;
import io.hybridingest.nifi.processors.RunSparkBatch;
import io.hybridingest.nifi.processors.RunSparkStream;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.nifi.processor.Processor;

/**
 * What looking after living runs takes: the processor time of this whole JVM, while the only thing that it does is to trigger the processors at
 * their default periods.
 */
final class Supervision {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final StubSpark spark;
    private final int runs;
    private final Duration warmUp;
    private final Duration measured;

    /**
     * @param spark whose drivers live
     * @param runs how many
     * @param warmUp before anything counts
     * @param measured how long the processor time is counted
     */
    Supervision(StubSpark spark, int runs, Duration warmUp, Duration measured) {
        this.spark = spark;
        this.runs = runs;
        this.warmUp = warmUp;
        this.measured = measured;
    }

    /** Percent of a core that one RunSparkBatch takes with a run for each of its FlowFiles. */
    double ofBatches() throws IOException {
        Map<String, String> properties = new HashMap<>(spark.application());
        properties.put("Concurrent Runs", Integer.toString(runs));
        ScheduledProcessor scheduled = schedule(new RunSparkBatch(), properties);
        for (int run = 0; run < runs; run++) {
            scheduled.enqueue();
        }
        return measure(List.of(scheduled));
    }

    /** Percent of a core that as many RunSparkStream take, each with a run of its own. */
    double ofStreams() throws IOException {
        List<ScheduledProcessor> scheduled = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            scheduled.add(schedule(new RunSparkStream(), spark.application()));
        }
        return measure(scheduled);
    }

    private ScheduledProcessor schedule(Processor processor, Map<String, String> properties) {
        return ScheduledProcessor.of(processor, properties, new StandardSparkSubmitService(), spark.installation());
    }

    private double measure(List<ScheduledProcessor> processors) throws IOException {
        try {
            return measured(processors);
        } finally {
            Drivers.end();
        }
    }

    private double measured(List<ScheduledProcessor> processors) throws IOException {
        Drivers drivers = new Drivers();
        processors.forEach(ScheduledProcessor::trigger);
        supervise(processors, warmUp);
        List<ProcessHandle> living = drivers.launched();
        refuseOtherThan(runs, living, spark.runs());
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        supervise(processors, measured);
        long cpuNanos = SYSTEM.getProcessCpuTime() - cpu;
        long nanos = System.nanoTime() - start;
        refuseOtherThan(runs, living.stream().filter(ProcessHandle::isAlive).toList(), spark.runs());
        refuseOtherThan(0, drivers.launched(), spark.runs());
        return Figures.shareOfCore(cpuNanos, nanos);
    }

    private void supervise(List<ScheduledProcessor> processors, Duration duration) throws IOException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            for (ScheduledProcessor processor : processors) {
                processor.triggerWhenDue().refuseFailure(spark.runs());
            }
        }
    }

    /** A measurement of fewer runs, or of launching some again, would not be what it is called. */
    private static void refuseOtherThan(int count, List<ProcessHandle> drivers, Path runs) throws IOException {
        if (drivers.size() != count) {
            throw new IOException("There are %d drivers where %d should be. See the driver logs in %s"
                    .formatted(drivers.size(), count, runs));
        }
    }
}
