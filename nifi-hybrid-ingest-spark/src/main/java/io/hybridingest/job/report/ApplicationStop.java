package io.hybridingest.job.report;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Ends an application that does not know how to be asked: its streaming queries stop between two micro-batches, a stream of DStreams after
 * what it has received, one without either loses its Spark context.
 *
 * <p>A query whose batches follow each other without a pause is looked at often enough that a gap is likely seen; after
 * {@value #PATIENCE_SECONDS} s it is stopped in the midst of a batch, which its checkpoint repairs.
 */
final class ApplicationStop {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationStop.class);
    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_MILLIS = 5;

    private ApplicationStop() {}

    static void of(SparkContext context, RunReport report) {
        List<StreamingQuery> queries = activeQueries();
        if (queries.isEmpty() && LegacyStream.stop()) {
            return;
        }
        if (queries.isEmpty()) {
            report.stopped();
            Thread stop = new Thread(context::stop, "hybrid-ingest-stop");
            stop.setDaemon(true);
            stop.start();
            return;
        }
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "hybrid-ingest-stop");
            thread.setDaemon(true);
            return thread;
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        watch.scheduleWithFixedDelay(
                () -> {
                    queries.stream()
                            .filter(StreamingQuery::isActive)
                            .filter(query -> !query.status().isTriggerActive() || System.nanoTime() > deadline)
                            .forEach(ApplicationStop::stop);
                    if (queries.stream().noneMatch(StreamingQuery::isActive)) {
                        watch.shutdown();
                    }
                },
                0,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private static List<StreamingQuery> activeQueries() {
        Option<SparkSession> session = SparkSession.getDefaultSession();
        return session.isEmpty()
                ? List.of()
                : Arrays.asList(session.get().streams().active());
    }

    private static void stop(StreamingQuery query) {
        try {
            query.stop();
        } catch (TimeoutException | RuntimeException e) {
            LOG.warn("Query {} does not stop", query.name(), e);
        }
    }
}
