package io.hybridingest.job.report;

import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.scheduler.BatchInfo;
import org.apache.spark.streaming.scheduler.OutputOperationInfo;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import scala.Option;
import scala.collection.Iterator;

/**
 * Writes a line of {@code progress.jsonl} for each batch of an application of DStreams, and remembers that one failed. Spark
 * takes no listener of these by its name in the conf, so the started streaming context is looked for.
 */
final class BatchListener implements StreamingListener {
    private final RunReport report;
    private StreamingContext heard;

    BatchListener(RunReport report) {
        this.report = report;
    }

    /** Listens to the streaming context that runs, where it does not yet. Called again and again, on one thread. */
    void listen() {
        Option<StreamingContext> active = StreamingContext.getActive();
        if (active.isDefined() && active.get() != heard) {
            heard = active.get();
            heard.addStreamingListener(this);
        }
    }

    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted event) {
        BatchInfo batch = event.batchInfo();
        report.progress(ProgressLine.of(batch, report.status().application()).toJson());
        Iterator<OutputOperationInfo> operations = batch.outputOperationInfos().valuesIterator();
        while (operations.hasNext()) {
            Option<String> failure = operations.next().failureReason();
            if (failure.isDefined()) {
                report.noteFailure(
                        "query-failed", failure.get().lines().findFirst().orElse(""));
            }
        }
    }
}
