package io.hybridingest.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import io.hybridingest.pipeline.SystemFields;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which checks failed. */
final class CheckReport {
    private static final Logger LOG = LoggerFactory.getLogger(CheckReport.class);

    private CheckReport() {}

    /**
     * Warns of records that fail checks.
     *
     * @throws CheckFailedException where a check says {@code fail}
     */
    static void report(Dataset<Row> evaluated, RecordChecks checks, BatchTally tally) {
        for (Map.Entry<Check, Long> failure : tally.failures().entrySet()) {
            Check check = failure.getKey();
            if (check.otherwise() == Check.Otherwise.FAIL) {
                Row first = evaluated
                        .where(not(BatchTally.isProblem()).and(not(checks.passes(check))))
                        .select(col(SystemFields.INGEST_ID), col(Envelope.ORIGIN))
                        .first();
                throw new CheckFailedException(check, failure.getValue(), first.getString(0), first.getString(1));
            }
            LOG.warn("{} records fail check {} ({})", failure.getValue(), check.name(), check.otherwise());
        }
    }
}
