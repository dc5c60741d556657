package io.hybridingest.job;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.CommitMetadata.RowCounts;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.sink.Compaction;
import io.hybridingest.job.sink.DeletedRows;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Tombstone;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets rows that were deleted long ago, compacts the files of both tables, and deletes those that no version within the
 * retention needs. Safe beside both lanes.
 */
final class Maintenance {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final long ONLY_BATCH = 0;

    private final SparkSession spark;
    private final PipelineDefinition definition;
    private final long epoch;
    private final Duration retention;
    private final Optional<String> where;
    private final List<String> zOrder;

    private Maintenance(
            SparkSession spark,
            PipelineDefinition definition,
            long epoch,
            Duration retention,
            Optional<String> where,
            List<String> zOrder) {
        this.spark = spark;
        this.definition = definition;
        this.epoch = epoch;
        this.retention = retention;
        this.where = where;
        this.zOrder = zOrder;
    }

    static Maintenance of(SparkSession spark, PipelineDefinition definition, JobOptions options, JobSettings settings) {
        return new Maintenance(
                spark,
                definition,
                settings.epoch(),
                settings.vacuumRetention(),
                Optional.ofNullable(options.where()),
                options.zOrder());
    }

    /** Maintains the table, then the quarantine table; one that does not exist yet is left out. */
    void run() {
        forgetDeleted();
        maintain(definition.table().path(), where, zOrder);
        maintain(definition.table().quarantinePath(), Optional.empty(), List.of());
    }

    private void forgetDeleted() {
        Tombstone tombstone = definition.table().tombstone();
        if (tombstone == null) {
            return;
        }
        String path = definition.table().path();
        long forgotten = new DeletedRows(spark, path, ledger(path)).forget(tombstone, metadata(), Instant.now());
        LOG.info(
                "{}: {} rows that were deleted more than {} ago are forgotten", path, forgotten, tombstone.retention());
    }

    private TableLedger ledger(String path) {
        return TableLedger.open(
                path, definition.name(), Lane.MAINTAIN, spark.sessionState().newHadoopConf());
    }

    private CommitMetadata metadata() {
        return new CommitMetadata(
                definition.name(),
                Lane.MAINTAIN,
                epoch,
                0,
                ONLY_BATCH,
                new TreeMap<>(),
                null,
                RowCounts.NONE,
                null,
                new TreeMap<>(),
                null);
    }

    private void maintain(String path, Optional<String> partitions, List<String> sortBy) {
        Optional<Compaction.Result> result =
                new Compaction(spark, path, ledger(path)).run(metadata(), partitions, sortBy, retention);
        result.ifPresentOrElse(
                done -> LOG.info(
                        "{}: {} files became {}; files that no version of the last {} hours needs are deleted",
                        path,
                        done.filesRemoved(),
                        done.filesAdded(),
                        retention.toHours()),
                () -> LOG.info("There is no table at {} yet", path));
    }
}
