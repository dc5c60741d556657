package io.hybridingest.job.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a driver reports into its run directory: status with heartbeat, progress, and the wish to stop that it finds there.
 *
 * <p>There is one for each driver process, because Spark makes plugin and listeners itself and they have no other place to
 * meet. Safe for use by several threads. A directory that cannot be written is logged and never ends the application.
 */
public final class RunReport implements AutoCloseable {
    /** Conf key of the run directory; without it nothing is reported. */
    public static final String RUN_DIRECTORY = "spark.hybridingest.run-directory";

    /** Conf key of the launch's epoch, a whole number; 0 where it is absent. */
    public static final String EPOCH = "spark.hybridingest.epoch";

    private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(2);
    private static RunReport current;

    private final Path directory;
    private final InstantSource clock;
    private final ScheduledExecutorService heart;
    private final Map<String, BatchCounts> counts = new ConcurrentHashMap<>();
    private final RunMetrics metrics = new RunMetrics();
    private RunStatus status;
    private Instant beatAt = Instant.EPOCH;
    private RunStatus.Failure seen;
    private Runnable stopHook;
    private Runnable lookHook = () -> {};
    private boolean stopRequested;
    private boolean unwritable;

    RunReport(Path directory, long epoch, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
        this.status =
                new RunStatus(RunState.STARTING, RunStatus.Application.UNKNOWN, epoch, clock.instant(), null, null);
        this.heart = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "hybrid-ingest-report");
            thread.setDaemon(true);
            return thread;
        });
        write();
        heart.scheduleWithFixedDelay(
                this::look, LOOK_INTERVAL.toMillis(), LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The report of this driver, opened on the first call; empty where the conf names no run directory. */
    public static synchronized Optional<RunReport> open(SparkConf conf) {
        if (current == null && conf.contains(RUN_DIRECTORY)) {
            current = new RunReport(
                    Path.of(conf.get(RUN_DIRECTORY)), Long.parseLong(conf.get(EPOCH, "0")), Clock.systemUTC());
        }
        return Optional.ofNullable(current);
    }

    /** Says what became of a micro-batch, before Spark reports its progress. */
    public void counted(String queryId, long batchId, BatchCounts batch) {
        counts.put(queryId + "/" + batchId, batch);
    }

    Optional<BatchCounts> countsOf(String queryId, long batchId) {
        return Optional.ofNullable(counts.remove(queryId + "/" + batchId));
    }

    /**
     * Says what stops the application when the launcher asks for it; runs on a thread of the report, once, and at once
     * where it has been asked already.
     */
    public void onStop(Runnable hook) {
        boolean now;
        synchronized (this) {
            stopHook = hook;
            now = stopRequested;
        }
        if (now) {
            heart.execute(hook);
        }
    }

    /** Says what is done at each heartbeat beside it. */
    synchronized void onLook(Runnable hook) {
        lookHook = hook;
    }

    /** Whether the launcher has asked for the end. */
    public synchronized boolean stopRequested() {
        return stopRequested;
    }

    /** The application is done, and all that it had to do is done. */
    public void succeeded() {
        end(RunState.SUCCEEDED, null);
    }

    /** The application ended because it was asked to. */
    public void stopped() {
        end(RunState.STOPPED, null);
    }

    /**
     * The application failed.
     *
     * @param code short stable code
     * @param message a sentence that says what to do
     */
    public void failed(String code, String message) {
        end(RunState.FAILED, new RunStatus.Failure(code, message));
    }

    synchronized void running(RunStatus.Application application) {
        status = status.running(application);
        write();
    }

    /** Remembers an error that the application may yet survive; it decides where the application says nothing itself. */
    synchronized void noteFailure(String code, String message) {
        if (seen == null) {
            seen = new RunStatus.Failure(code, message);
        }
    }

    /** The Spark context has ended, and the application has not said how. */
    void contextEnded(boolean byTheApplication) {
        RunStatus.Failure failure;
        boolean stopping;
        synchronized (this) {
            failure = seen;
            stopping = stopRequested;
        }
        if (failure != null) {
            end(RunState.FAILED, failure);
        } else if (stopping) {
            stopped();
        } else if (byTheApplication) {
            succeeded();
        } else {
            failed(
                    "ended-without-stop",
                    "The driver ended without stopping its Spark session: it crashed, was terminated, or forgot to. An application ends with spark.stop(), so that its success can be told from a crash.");
        }
    }

    synchronized RunStatus status() {
        return status;
    }

    private synchronized void end(RunState state, RunStatus.Failure failure) {
        status = status.ended(state, failure, clock.instant());
        write();
    }

    RunMetrics metrics() {
        return metrics;
    }

    /** Adds a line to {@code progress.jsonl}, and tells Spark's metrics. */
    synchronized void progress(ProgressLine progress) {
        metrics.note(progress);
        try {
            Files.writeString(
                    directory.resolve("progress.jsonl"),
                    progress.toJson() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            logUnwritable(e);
        }
    }

    private void look() {
        Runnable hook = null;
        Runnable looking;
        synchronized (this) {
            looking = lookHook;
            Duration since = Duration.between(beatAt, clock.instant());
            // A clock that was set back must not make the driver look dead until it has caught up.
            if (since.isNegative() || since.compareTo(HEARTBEAT_INTERVAL) >= 0) {
                write();
            }
            if (!stopRequested && Files.exists(directory.resolve("stop"))) {
                LOG.info("Asked to stop by {}", directory.resolve("stop"));
                stopRequested = true;
                hook = stopHook;
            }
        }
        run(looking, "Cannot look for a stream of DStreams; it reports no progress");
        if (hook != null) {
            run(hook, "Cannot stop the application gracefully; the launcher will end it");
        }
    }

    /** An exception would end the heartbeat with it. */
    private static void run(Runnable hook, String consequence) {
        try {
            hook.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error(consequence, e);
        }
    }

    private synchronized void write() {
        beatAt = clock.instant();
        Path file = directory.resolve("status.json");
        Path next = directory.resolve(".status.json.next");
        try {
            Files.createDirectories(directory);
            Files.writeString(next, status.toJson(beatAt));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            logUnwritable(e);
        }
    }

    private void logUnwritable(IOException e) {
        if (!unwritable) {
            unwritable = true;
            LOG.error("Cannot write the run directory {}: whoever watches it sees a stall", directory, e);
        }
    }

    /** Ends the heartbeat; the files stay. */
    @Override
    public void close() {
        heart.shutdownNow();
        synchronized (RunReport.class) {
            if (current == this) {
                current = null;
            }
        }
    }
}
