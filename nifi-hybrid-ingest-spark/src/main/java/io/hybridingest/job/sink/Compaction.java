package io.hybridingest.job.sink;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.TableLedger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes few large files of many small ones, and deletes what is no longer needed.
 *
 * <p>Compaction changes no row. Where it meets a write that looked into the files it replaces, the write is the one that
 * begins again.
 */
public final class Compaction {
    private static final String RETENTION_CHECK = "spark.databricks.delta.retentionDurationCheck.enabled";
    private static final String LISTING_TASKS = "spark.sql.sources.parallelPartitionDiscovery.parallelism";
    private static final int FEWEST_TASKS = 8;
    private static final int TASKS_PER_CORE = 4;

    private final SparkSession spark;
    private final DeltaLocation table;
    private final TableLedger ledger;

    /** @param ledger ledger of this table and of the lane that maintains it */
    public Compaction(SparkSession spark, String path, TableLedger ledger) {
        this.spark = spark;
        this.table = new DeltaLocation(path);
        this.ledger = ledger;
    }

    /**
     * What was done.
     *
     * @param filesRemoved small files that were put together
     * @param filesAdded files that they became
     */
    public record Result(long filesRemoved, long filesAdded) {}

    /**
     * Compacts and cleans.
     *
     * @param where condition over partition columns that chooses what to compact, empty for all
     * @param zOrder columns to sort by, empty for none
     * @param retention files that versions of this time need are kept
     * @return empty where there is no table
     */
    public Optional<Result> run(
            CommitMetadata metadata, Optional<String> where, List<String> zOrder, Duration retention) {
        if (!table.exists(spark)) {
            return Optional.empty();
        }
        Row metrics = DeltaCommits.commit(spark, ledger, metadata, () -> spark.sql(optimize(where, zOrder))
                .select("metrics.numFilesRemoved", "metrics.numFilesAdded")
                .first());
        DeltaCommits.commit(spark, ledger, metadata, () -> {
            vacuum(retention);
            return null;
        });
        return Optional.of(new Result(metrics.getLong(0), metrics.getLong(1)));
    }

    private String optimize(Optional<String> where, List<String> zOrder) {
        String columns = zOrder.stream().map(Compaction::path).collect(Collectors.joining(", "));
        return "OPTIMIZE " + table.sqlName()
                + where.map(condition -> " WHERE " + condition).orElse("")
                + (columns.isEmpty() ? "" : " ZORDER BY (" + columns + ")");
    }

    private static String path(String column) {
        return List.of(column.split("\\.")).stream().map(DeltaLocation::quoted).collect(Collectors.joining("."));
    }

    private void vacuum(Duration retention) {
        // Delta's own check knows one week only; the job's settings have a floor of their own.
        Map<String, String> settings = Map.of(RETENTION_CHECK, "false", LISTING_TASKS, listingTasks());
        Map<String, String> before = new HashMap<>();
        settings.forEach((key, value) -> {
            before.put(key, spark.conf().get(key, null));
            spark.conf().set(key, value);
        });
        try {
            spark.sql("VACUUM %s RETAIN %d HOURS".formatted(table.sqlName(), retention.toHours()));
        } finally {
            before.forEach(this::restore);
        }
    }

    /** Spark's default are ten thousand, most of them empty: half a minute for a table of ten files. */
    private String listingTasks() {
        return Integer.toString(
                Math.max(FEWEST_TASKS, TASKS_PER_CORE * spark.sparkContext().defaultParallelism()));
    }

    private void restore(String key, String value) {
        if (value == null) {
            spark.conf().unset(key);
        } else {
            spark.conf().set(key, value);
        }
    }
}
