package io.hybridingest.job.report;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.scheduler.BatchInfo;
import org.apache.spark.streaming.scheduler.OutputOperationInfo;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * A stream of the older kind, of DStreams: its batches become progress as micro-batches do, and it is stopped once it has done what it has
 * received. Spark tells nobody that an application makes one, so it has to be looked for.
 */
final class LegacyStream implements StreamingListener {
    private static final double MILLIS_PER_SECOND = 1000.0;

    private final RunReport report;
    private StreamingContext watched;

    LegacyStream(RunReport report) {
        this.report = report;
    }

    /** Begins to listen where the application has started one since the last look. */
    void look() {
        active().filter(context -> context != watched).ifPresent(context -> {
            watched = context;
            context.addStreamingListener(this);
        });
    }

    private static Optional<StreamingContext> active() {
        Option<StreamingContext> active = StreamingContext.getActive();
        return active.isDefined() ? Optional.of(active.get()) : Optional.empty();
    }

    /**
     * Stops it and its Spark context, after the batches whose records are there.
     *
     * @return whether there is one
     */
    static boolean stop() {
        Optional<StreamingContext> context = active();
        context.ifPresent(running -> {
            Thread stop = new Thread(() -> running.stop(true, true), "hybrid-ingest-stop");
            stop.setDaemon(true);
            stop.start();
        });
        return context.isPresent();
    }

    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
        BatchInfo batch = completed.batchInfo();
        for (OutputOperationInfo output :
                JavaConverters.asJavaCollection(batch.outputOperationInfos().values())) {
            if (output.failureReason().isDefined()) {
                report.noteFailure(
                        "query-failed",
                        output.failureReason().get().lines().findFirst().orElse(""));
            }
        }
        SortedMap<String, Long> durations = new TreeMap<>();
        put(durations, "schedulingDelay", batch.schedulingDelay());
        put(durations, "triggerExecution", batch.processingDelay());
        Long waited = durations.get("schedulingDelay");
        report.progress(new ProgressLine(
                Instant.now(),
                batch.batchTime().milliseconds(),
                batch.numRecords(),
                null,
                null,
                waited == null ? null : Double.valueOf(waited / MILLIS_PER_SECOND),
                null,
                durations,
                report.status().application()));
    }

    private static void put(SortedMap<String, Long> durations, String name, Option<Object> millis) {
        if (millis.isDefined()) {
            durations.put(name, (Long) millis.get());
        }
    }
}
