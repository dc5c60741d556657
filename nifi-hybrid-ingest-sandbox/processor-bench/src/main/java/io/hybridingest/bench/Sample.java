package io.hybridingest.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.nifi.util.MockFlowFile;

/**
 * What one side did in a while.
 *
 * @param records records that came out
 * @param nanos time on the wall
 * @param cpuNanos time of all processors, the garbage collector's and the compiler's included
 * @param allocated bytes that the working thread allocated
 */
record Sample(long records, long nanos, long cpuNanos, long allocated) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Takes a sample. */
    static Sample take(Side side, List<byte[]> contents) {
        long records = 0;
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        for (byte[] content : contents) {
            records += count(side.process(content));
        }
        long nanos = System.nanoTime() - start;
        return new Sample(
                records, nanos, SYSTEM.getProcessCpuTime() - cpu, THREADS.getCurrentThreadAllocatedBytes() - allocated);
    }

    /** The records in FlowFiles, by their attribute. */
    static long count(List<MockFlowFile> flowFiles) {
        long count = 0;
        for (MockFlowFile flowFile : flowFiles) {
            count += Long.parseLong(flowFile.getAttribute("record.count"));
        }
        return count;
    }

    Sample plus(Sample other) {
        return new Sample(
                records + other.records, nanos + other.nanos, cpuNanos + other.cpuNanos, allocated + other.allocated);
    }

    double perSecond() {
        return records * NANOS_PER_SECOND / nanos;
    }

    double perCpuSecond() {
        return records * NANOS_PER_SECOND / Math.max(1, cpuNanos);
    }

    double allocatedPerRecord() {
        return (double) allocated / records;
    }

    static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
