package io.hybridingest.bench.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockProcessSession;
import org.apache.nifi.util.MockPropertyValue;
import org.apache.nifi.util.SharedSessionState;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/**
 * A processor as NiFi runs it: scheduled once, then triggered by one thread, at the period that it has by default. Of the mock framework it
 * takes the session and leaves the runner, which would validate the whole configuration with every trigger. Not thread-safe.
 */
final class ScheduledProcessor {
    private static final AtomicLong IDENTIFIERS = new AtomicLong();

    private final Processor processor;
    private final MockProcessContext context;
    private final SharedSessionState queue;
    private final Duration period;
    private long triggeredAt;

    private ScheduledProcessor(Processor processor, MockProcessContext context) {
        this.processor = processor;
        this.context = context;
        this.queue = new SharedSessionState(processor, IDENTIFIERS);
        this.period = period(processor.getClass());
        this.triggeredAt = System.nanoTime();
    }

    /** A processor that gets FlowFiles, with its properties and one service. */
    static ScheduledProcessor of(
            Processor processor,
            Map<String, String> properties,
            ControllerService service,
            Map<String, String> serviceProperties) {
        TestRunner runner = TestRunners.newTestRunner(processor);
        try {
            runner.addControllerService("submit", service);
        } catch (InitializationException refused) {
            throw new IllegalStateException(refused);
        }
        serviceProperties.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
        properties.forEach(runner::setProperty);
        runner.setProperty("Spark Submit Service", "submit");
        runner.run(0, false, true);
        return new ScheduledProcessor(processor, (MockProcessContext) runner.getProcessContext());
    }

    /** The period that NiFi gives the processor where nobody sets another. */
    static Duration period(Class<?> type) {
        String period = type.getAnnotation(DefaultSchedule.class).period();
        return Duration.ofNanos(new MockPropertyValue(period).asTimePeriod(TimeUnit.NANOSECONDS));
    }

    Duration period() {
        return period;
    }

    /** Lays an empty FlowFile into the queue. */
    void enqueue() {
        MockFlowFile flowFile = new MockFlowFile(IDENTIFIERS.getAndIncrement());
        flowFile.setData(new byte[0]);
        queue.getFlowFileQueue().offer(flowFile);
    }

    /** One trigger, at once. */
    Triggered trigger() {
        triggeredAt = System.nanoTime();
        MockProcessSession session = new MockProcessSession(queue, processor, true, context.getStateManager());
        processor.onTrigger(context, () -> session);
        return new Triggered(session);
    }

    /** The next trigger, when it is due. */
    Triggered triggerWhenDue() {
        await(1);
        return trigger();
    }

    /** Waits for a part of the period to pass since the last trigger. */
    void await(double part) {
        long due = triggeredAt + (long) (period.toNanos() * part);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /**
     * What came out of a trigger.
     *
     * @param session that it worked in
     */
    record Triggered(MockProcessSession session) {
        List<MockFlowFile> to(String relationship) {
            return session.getFlowFilesForRelationship(relationship);
        }

        /** @throws IOException with the reason, where the processor sent something to failure */
        void refuseFailure(Path runs) throws IOException {
            for (MockFlowFile failed : to("failure")) {
                throw new IOException(
                        "A run failed that should not: %s. See %s".formatted(failed.getAttribute("spark.error"), runs));
            }
        }
    }
}
