package io.hybridingest.job;

import io.hybridingest.job.ledger.Lane;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Runs the job over landed orders as its command line would, in the session of a test. */
final class LaneRuns {
    private LaneRuns() {}

    /** One run of a lane that reads files, or of maintenance, of the first epoch. */
    static void run(SparkSession spark, Orders orders, String mode, String... more) throws Exception {
        run(spark, orders, 1, mode, more);
    }

    static void run(SparkSession spark, Orders orders, long epoch, String mode, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("--mode", mode, "--pipeline", orders.file().toString()));
        arguments.addAll(List.of(more));
        JobOptions options = JobOptions.parse(arguments.toArray(String[]::new));
        JobSettings settings = JobSettings.of(new SparkConf().set("spark.hybridingest.epoch", Long.toString(epoch)));
        if (options.lane() == Lane.MAINTAIN) {
            // What its commits say about themselves is set in the session, and other lanes may run beside it.
            Maintenance.of(spark.newSession(), orders.definition(), options, settings)
                    .run();
            return;
        }
        try (LaneQueries queries =
                LaneQueries.open(spark, orders.definition(), options, settings, new StopGate(), null)) {
            switch (options.lane()) {
                case BATCH -> queries.runBatch();
                case REPLAY -> queries.replay();
                case BACKFILL -> queries.backfill();
                default -> throw new IllegalArgumentException(mode);
            }
        }
    }
}
