package io.hybridingest.job.sink;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A Delta table by its path.
 *
 * @param path directory or Hadoop path
 */
record DeltaLocation(String path) {
    /** The table as SQL names it. */
    String sqlName() {
        return "delta." + quoted(path);
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    boolean exists(SparkSession spark) {
        return DeltaTable.isDeltaTable(spark, path);
    }

    /**
     * Creates the table where it does not exist; where both lanes do so at once, the slower one finds the other's.
     *
     * @throws RefusedTableException where an existing table lacks a column or has another type
     */
    void ensure(SparkSession spark, StructType columns, List<String> partitionBy, Map<String, String> properties) {
        if (!exists(spark)) {
            try {
                DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark)
                        .location(path)
                        .addColumns(columns)
                        .partitionedBy(partitionBy.toArray(String[]::new));
                properties.forEach(builder::property);
                builder.execute();
            } catch (ConcurrentModificationException otherLane) {
                // Delta keeps what it knows of a path for the whole JVM: that there was no table.
                if (DeltaLog.forTable(spark, path)
                                .update(false, Option.empty(), Option.empty())
                                .version()
                        < 0) {
                    throw otherLane;
                }
            }
        }
        requireColumns(DeltaTable.forPath(spark, path).toDF().schema(), columns);
    }

    private void requireColumns(StructType actual, StructType wanted) {
        for (StructField field : wanted.fields()) {
            Optional<StructField> column = List.of(actual.fields()).stream()
                    .filter(candidate -> candidate.name().equalsIgnoreCase(field.name()))
                    .findFirst();
            String type = field.dataType().sql();
            if (column.isEmpty()) {
                throw new RefusedTableException(
                        "The table at %s has no column %s. Add it with ALTER TABLE %s ADD COLUMNS (%s %s), or write to another path."
                                .formatted(path, field.name(), sqlName(), quoted(field.name()), type));
            }
            if (!field.dataType()
                    .catalogString()
                    .equalsIgnoreCase(column.get().dataType().catalogString())) {
                throw new RefusedTableException(
                        "The column %s of the table at %s is %s, and the pipeline gives %s. Cast it in the transform, or write to another path."
                                .formatted(
                                        field.name(),
                                        path,
                                        column.get().dataType().sql(),
                                        type));
            }
        }
    }

    List<String> partitionColumns(SparkSession spark) {
        return DeltaTable.forPath(spark, path)
                .detail()
                .select("partitionColumns")
                .first()
                .getList(0);
    }

    Optional<String> property(SparkSession spark, String key) {
        Dataset<Row> properties = spark.sql("SHOW TBLPROPERTIES " + sqlName());
        return properties.collectAsList().stream()
                .filter(property -> property.getString(0).equals(key))
                .map(property -> property.getString(1))
                .findFirst();
    }

    void set(SparkSession spark, String key, String value) {
        spark.sql("ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')".formatted(sqlName(), key, value));
    }
}
