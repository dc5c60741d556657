package io.hybridingest.job.sink;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.TableLedger;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one commit at a time, with the job's metadata, again and again where another writer was faster.
 *
 * <p>A conflict is the normal case of two lanes on one table: the loser looks at the table again, so that it sees what the
 * winner inserted, and inserts only the rest.
 */
final class DeltaCommits {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaCommits.class);
    private static final String USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata";
    /** By default Delta leaves out commits that change nothing, and with them what they say about themselves. */
    private static final String SKIP_EMPTY = "spark.databricks.delta.skipRecordingEmptyCommits";

    private static final int ATTEMPTS = 30;
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

    private DeltaCommits() {}

    /**
     * Runs a write with the metadata in its commit. Before every attempt the ledger is asked whether a newer run has
     * written meanwhile.
     *
     * @param session session that the write runs in
     * @param ledger ledger of the table that is written
     * @param write the whole write: it is run again from its beginning
     * @throws io.hybridingest.job.ledger.FencedException where a newer run has written
     */
    static <T> T commit(SparkSession session, TableLedger ledger, CommitMetadata metadata, Supplier<T> write) {
        try {
            return retried(() -> {
                session.conf().set(USER_METADATA, ledger.userMetadata(metadata));
                return write.get();
            });
        } finally {
            session.conf().unset(USER_METADATA);
        }
    }

    /** As {@link #commit}, and makes the commit also where the write changes nothing. */
    static <T> T commitAlways(SparkSession session, TableLedger ledger, CommitMetadata metadata, Supplier<T> write) {
        session.conf().set(SKIP_EMPTY, "false");
        try {
            return commit(session, ledger, metadata, write);
        } finally {
            session.conf().unset(SKIP_EMPTY);
        }
    }

    /** Runs a write, again where another writer was faster. */
    static <T> T retried(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (RuntimeException e) {
                if (!isConflict(e) || attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.info("Another writer was faster (attempt {} of {}): {}", attempt, ATTEMPTS, firstLine(e));
                pause(attempt);
            }
        }
    }

    private static boolean isConflict(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConcurrentModificationException) {
                return true;
            }
        }
        return false;
    }

    private static void pause(int attempt) {
        long ceiling = Math.min(LONGEST_DELAY.toMillis(), FIRST_DELAY.toMillis() << Math.min(attempt, 10));
        long millis = ThreadLocalRandom.current().nextLong(FIRST_DELAY.toMillis(), ceiling + 1);
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("Stopped while waiting for another writer");
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
