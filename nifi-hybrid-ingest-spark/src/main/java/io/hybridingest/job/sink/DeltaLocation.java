package io.hybridingest.job.sink;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaAnalysisException;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * A Delta table by its path.
 *
 * @param path directory or Hadoop path
 */
record DeltaLocation(String path) {
    /** Properties of every table that the job makes: the lanes must see each other's commits. */
    static final Map<String, String> PROPERTIES = Map.of("delta.isolationLevel", "Serializable");

    private static final String CHECKPOINT_INTERVAL = "checkpointInterval";

    /** Commits from one checkpoint of the log to the next, where Delta would make one with every tenth. */
    private static final String APPENDS_TO_A_CHECKPOINT = "50";

    private static final Logger LOG = LoggerFactory.getLogger(DeltaLocation.class);
    private static final Set<String> MISSING = Set.of("DELTA_MISSING_DELTA_TABLE", "DELTA_TABLE_NOT_FOUND");

    /** The table as SQL names it. */
    String sqlName() {
        return "delta." + quoted(path);
    }

    /**
     * Properties of a table that the job makes and mostly appends to. A checkpoint of the log takes longer than a small micro-batch, and appending seldom reads
     * the log; a MERGE does so each time, and is better off with Delta's own interval. What the conf says of it counts.
     */
    static Map<String, String> propertiesOfAppended(SparkSession spark) {
        Map<String, String> properties = new HashMap<>(PROPERTIES);
        if (!spark.conf().contains("spark.databricks.delta.properties.defaults." + CHECKPOINT_INTERVAL)) {
            properties.put("delta." + CHECKPOINT_INTERVAL, APPENDS_TO_A_CHECKPOINT);
        }
        return properties;
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** Whether there is a table: a log without a commit, as another lane's or a crash leaves it, is none yet. */
    boolean exists(SparkSession spark) {
        return DeltaTable.isDeltaTable(spark, path) && version(spark) >= 0;
    }

    /** The id that Delta gave the table when it was made; a table that is made anew has another one. */
    String id(SparkSession spark) {
        return newest(spark).metadata().id();
    }

    private long version(SparkSession spark) {
        return newest(spark).version();
    }

    /**
     * The newest version. What it says of the table is read from the log itself: a query of Spark's would take ten times as long, and seconds
     * in a driver that has just begun.
     */
    private Snapshot newest(SparkSession spark) {
        return DeltaLog.forTable(spark, path).update(false, Option.empty(), Option.empty());
    }

    /**
     * Creates the table where it does not exist; where both lanes do so at once, the slower one finds the other's. Columns
     * that an existing table lacks are added.
     *
     * @throws RefusedTableException where an existing table has a column of another type, or other partitions
     */
    void ensure(SparkSession spark, StructType columns, List<String> partitionBy, Map<String, String> properties) {
        if (!exists(spark)) {
            create(spark, columns, partitionBy, properties);
        }
        DeltaCommits.retried(() -> {
            evolve(spark, columns);
            return null;
        });
        requirePartitions(spark, partitionBy);
    }

    private void create(
            SparkSession spark, StructType columns, List<String> partitionBy, Map<String, String> properties) {
        try {
            DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark)
                    .location(path)
                    .addColumns(columns)
                    .partitionedBy(partitionBy.toArray(String[]::new));
            properties.forEach(builder::property);
            builder.execute();
        } catch (Exception e) {
            // Spark's AnalysisException is checked, and declared nowhere.
            if (isMadeByNow(spark)) {
                return;
            }
            if (!(e instanceof DeltaAnalysisException refused && MISSING.contains(refused.getErrorClass()))) {
                throw e;
            }
            createInDirectory(spark, columns, partitionBy, properties);
        }
    }

    /**
     * Whether another lane has made the table while this one tried to, whatever Delta said then: that there was a commit already, that it is made
     * otherwise, or, as it keeps what it knows of a path for the whole JVM, that there is none. What it is made of is looked at afterwards.
     */
    private boolean isMadeByNow(SparkSession spark) {
        return version(spark) >= 0;
    }

    /**
     * Delta takes a directory that is not empty for a table and then misses it: another lane is about to make it, or a crash, or
     * whoever deleted the log, has left something there. An empty append makes the table, or finds it.
     */
    private void createInDirectory(
            SparkSession spark, StructType columns, List<String> partitionBy, Map<String, String> properties) {
        DeltaCommits.retried(() -> {
            DataFrameWriter<Row> writer = spark.createDataFrame(List.of(), columns)
                    .write()
                    .format("delta")
                    .mode(SaveMode.Append)
                    .partitionBy(partitionBy.toArray(String[]::new));
            properties.forEach((key, value) -> {
                if (key.startsWith("delta.")) {
                    writer.option(key, value);
                }
            });
            try {
                writer.save(path);
            } catch (Exception e) {
                if (!isMadeByNow(spark)) {
                    throw e;
                }
            }
            return null;
        });
        if (version(spark) == 0) {
            // An append takes Delta's own properties alone. Nothing is in the table yet, so what the others say holds
            // for all of it.
            properties.forEach((key, value) -> {
                if (!key.startsWith("delta.")) {
                    DeltaCommits.retried(() -> {
                        set(spark, key, value);
                        return null;
                    });
                }
            });
        }
    }

    /** Adds what the table lacks; a column that is another than the pipeline's is refused before anything is changed. */
    private void evolve(SparkSession spark, StructType columns) {
        TableDifference difference =
                TableDifference.between(newest(spark).metadata().schema(), columns);
        if (!difference.conflicts().isEmpty()) {
            throw new RefusedTableException(
                    "The table at %s cannot take what the pipeline gives: %s. Cast it in the transform, or write to another path."
                            .formatted(path, String.join("; ", difference.conflicts())));
        }
        if (!difference.missing().isEmpty()) {
            LOG.info("The table at {} gets the columns {}", path, difference.missing());
            spark.sql("ALTER TABLE %s ADD COLUMNS (%s)".formatted(sqlName(), String.join(", ", difference.missing())));
        }
    }

    private void requirePartitions(SparkSession spark, List<String> wanted) {
        List<String> actual = partitionColumns(spark);
        if (!String.join(",", actual).equalsIgnoreCase(String.join(",", wanted))) {
            throw new RefusedTableException(
                    "The table at %s is partitioned by %s, and the pipeline says partition-by: %s. Delta cannot change that: write what the table has, or write to another path."
                            .formatted(path, actual, wanted));
        }
    }

    List<String> partitionColumns(SparkSession spark) {
        return JavaConverters.seqAsJavaList(newest(spark).metadata().partitionColumns());
    }

    /** A property as the newest version has it. */
    Optional<String> property(SparkSession spark, String key) {
        Map<String, String> properties =
                JavaConverters.mapAsJavaMap(newest(spark).metadata().configuration());
        return Optional.ofNullable(properties.get(key));
    }

    void set(SparkSession spark, String key, String value) {
        spark.sql("ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')".formatted(sqlName(), key, value));
    }
}
