package io.hybridingest.job;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.report.RunReport;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Spark application of both lanes:
 * {@code IngestJob --mode stream|batch --pipeline FILE [--interval-start INSTANT --interval-end INSTANT]}, and of what a
 * person does by hand: {@code IngestJob --mode replay|maintain --pipeline FILE [--where CONDITION] [--z-order COLUMNS]}.
 *
 * <p>Exit codes: 0 done, or stopped because it was asked to; 1 failed; 2 the command line or a conf key is wrong. The run
 * directory's status says the same, with the reason.
 */
public final class IngestJob {
    private static final Logger LOG = LoggerFactory.getLogger(IngestJob.class);
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private IngestJob() {}

    /** Runs the job and ends the process with the exit code where it is not 0. */
    public static void main(String[] arguments) {
        int code = run(new SparkConf(), arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /**
     * Runs the job.
     *
     * @param conf what spark-submit was given
     * @return exit code
     */
    static int run(SparkConf conf, String... arguments) {
        Optional<RunReport> report = RunReport.open(conf);
        try {
            JobOptions options = JobOptions.parse(arguments);
            JobSettings settings = JobSettings.of(conf);
            PipelineDefinition definition = read(options);
            boolean stopped = runLane(conf, options, settings, definition, report);
            report.ifPresent(stopped ? RunReport::stopped : RunReport::succeeded);
            return 0;
        } catch (UsageException e) {
            LOG.error("{}\n{}", e.getMessage(), JobOptions.USAGE);
            report.ifPresent(open -> open.failed("usage", e.getMessage()));
            return USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            report.ifPresent(open -> open.failed("interrupted", "The driver was interrupted."));
            return FAILED;
        } catch (Exception e) {
            Verdict verdict = Verdict.of(e);
            LOG.error("{}: {}", verdict.code(), verdict.message(), e);
            report.ifPresent(open -> open.failed(verdict.code(), verdict.message()));
            return FAILED;
        } finally {
            SparkSession.getDefaultSession().foreach(IngestJob::stop);
        }
    }

    private static PipelineDefinition read(JobOptions options) {
        try {
            return PipelineDefinition.fromJson(Files.readString(options.pipeline()));
        } catch (IOException e) {
            throw new UsageException("--pipeline: cannot read " + options.pipeline() + " (" + e + ")");
        }
    }

    private static boolean runLane(
            SparkConf conf,
            JobOptions options,
            JobSettings settings,
            PipelineDefinition definition,
            Optional<RunReport> report)
            throws Exception {
        SparkSession spark =
                JobSession.start(conf, definition.name() + "-" + options.lane().label());
        if (options.lane() == Lane.MAINTAIN) {
            Maintenance.of(spark, definition, options, settings).run();
            return false;
        }
        StopGate gate = new StopGate();
        report.ifPresent(open -> open.onStop(gate::close));
        try (LaneQueries queries = LaneQueries.open(spark, definition, options, settings, gate, report.orElse(null))) {
            switch (options.lane()) {
                case STREAM -> queries.runStream();
                case BATCH -> queries.runBatch();
                case REPLAY -> queries.replay();
                case BACKFILL -> queries.backfill();
                case MAINTAIN -> throw new IllegalStateException("Maintenance reads no records");
            }
        }
        return gate.isClosed();
    }

    private static Object stop(SparkSession spark) {
        spark.stop();
        return null;
    }
}
