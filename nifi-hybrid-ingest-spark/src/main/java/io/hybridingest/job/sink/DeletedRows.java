package io.hybridingest.job.sink;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.pipeline.Tombstone;
import java.time.Instant;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/** The markers of deleted rows, which a table keeps for the definition's retention. */
public final class DeletedRows {
    private final SparkSession spark;
    private final DeltaLocation table;
    private final TableLedger ledger;

    /** @param ledger ledger of this table and of the lane that maintains it */
    public DeletedRows(SparkSession spark, String path, TableLedger ledger) {
        this.spark = spark;
        this.table = new DeltaLocation(path);
        this.ledger = ledger;
    }

    /**
     * Forgets rows that were deleted longer ago than the retention. The commit is made only where there are any.
     *
     * @param now when the retention ends for a marker that was written exactly so long ago
     * @return rows forgotten
     */
    public long forget(Tombstone tombstone, CommitMetadata metadata, Instant now) {
        String condition = "%s AND %s < timestamp_micros(%d)"
                .formatted(
                        DeltaLocation.quoted(tombstone.column()),
                        SystemFields.INGESTED_AT,
                        java.time.temporal.ChronoUnit.MICROS.between(Instant.EPOCH, now.minus(tombstone.retention())));
        if (!hasMarkers(tombstone)
                || spark.read()
                        .format("delta")
                        .load(table.path())
                        .where(condition)
                        .isEmpty()) {
            return 0;
        }
        return DeltaCommits.commit(spark, ledger, metadata, () -> spark.sql(
                        "DELETE FROM %s WHERE %s".formatted(table.sqlName(), condition))
                .first()
                .getLong(0));
    }

    /** The column is added by the first run of a lane with a definition that names it. */
    private boolean hasMarkers(Tombstone tombstone) {
        return table.exists(spark)
                && Arrays.stream(spark.read().format("delta").load(table.path()).columns())
                        .anyMatch(tombstone.column()::equalsIgnoreCase);
    }
}
