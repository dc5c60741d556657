package io.hybridingest.job.report;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.streaming.StreamingQueryListener;

/**
 * Writes a line of {@code progress.jsonl} for each micro-batch, and remembers the failure of a query. Spark makes it, by
 * the name that {@link RunPlugin} puts into the conf.
 */
public final class ProgressListener extends StreamingQueryListener {
    private final SparkConf conf;

    /** The constructor that Spark looks for. */
    public ProgressListener(SparkConf conf) {
        this.conf = conf;
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // The status says so.
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        RunReport.open(conf).ifPresent(report -> {
            ProgressLine line = ProgressLine.of(
                    event.progress(),
                    report.countsOf(
                            event.progress().id().toString(), event.progress().batchId()),
                    report.status().application());
            report.progress(line);
        });
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        if (event.exception().isDefined()) {
            String message = event.exception().get().lines().findFirst().orElse("");
            RunReport.open(conf).ifPresent(report -> report.noteFailure("query-failed", message));
        }
    }
}
