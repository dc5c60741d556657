package io.hybridingest.job.sink;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for an identity only in the partitions where it can be.
 *
 * <p>That is safe where the partition follows from the identity alone, and where it has done so by one formula for as long
 * as the table lives. The formula is kept as a table property; once another one has written, the property says so for ever,
 * and the whole table is looked at. The property is read again before every commit: a change of it conflicts with commits
 * that are under way.
 */
final class PartitionPruning {
    /** Table property: how each partition column follows from the identity. */
    static final String PROPERTY = "hybridingest.partition-formulas";

    private static final Logger LOG = LoggerFactory.getLogger(PartitionPruning.class);
    private static final String MIXED = "mixed";

    /** More values than this cost more to compare than they save. */
    private static final int MOST_VALUES = 1000;

    private final DeltaLocation table;
    private final SortedMap<String, String> columns;
    private final String formulas;

    private PartitionPruning(DeltaLocation table, SortedMap<String, String> columns, String formulas) {
        this.table = table;
        this.columns = columns;
        this.formulas = formulas;
    }

    /** The property's value for these partition columns: one formula a line, empty where none follows from the identity. */
    static String formulas(List<String> partitionBy, SortedMap<String, String> decidedByIdentity) {
        StringBuilder text = new StringBuilder();
        select(partitionBy, decidedByIdentity)
                .forEach((column, formula) ->
                        text.append(column).append(" = ").append(formula).append("; "));
        return text.toString().replace("'", "\"").replace("\\", "/").strip();
    }

    private static SortedMap<String, String> select(
            List<String> partitionBy, SortedMap<String, String> decidedByIdentity) {
        SortedMap<String, String> selected = new TreeMap<>(decidedByIdentity);
        selected.keySet().removeIf(column -> partitionBy.stream().noneMatch(column::equalsIgnoreCase));
        return selected;
    }

    static PartitionPruning open(SparkSession spark, DeltaLocation table, SortedMap<String, String> decidedByIdentity) {
        List<String> partitionBy = table.partitionColumns(spark);
        String formulas = formulas(partitionBy, decidedByIdentity);
        String written = table.property(spark, PROPERTY).orElse("");
        if (!written.isEmpty() && !written.equals(MIXED) && !written.equals(formulas)) {
            LOG.warn(
                    "The partitions of {} are computed differently from before ({} instead of {}): every batch is compared with the whole table from now on",
                    table.path(),
                    formulas,
                    written);
            DeltaCommits.retried(() -> {
                table.set(spark, PROPERTY, MIXED);
                return null;
            });
        }
        return new PartitionPruning(table, select(partitionBy, decidedByIdentity), formulas);
    }

    /**
     * Where the identities of a micro-batch can be.
     *
     * @param condition on the target {@code t}; holds for every partition that the records can be in
     * @param partitions how many these are, {@link #ALL} where nobody knows
     */
    record Touched(Column condition, int partitions) {
        private static final int ALL = Integer.MAX_VALUE;
        private static final Touched EVERYTHING = new Touched(functions.lit(true), ALL);
    }

    /**
     * The partition columns that decide where an identity can be, in a version of the table; none where it can be anywhere.
     *
     * @param properties the version's table properties
     */
    List<String> deciding(Map<String, String> properties) {
        return properties.getOrDefault(PROPERTY, "").equals(formulas) ? List.copyOf(columns.keySet()) : List.of();
    }

    /** Where the records' identities can be. */
    Touched touched(SparkSession session, Dataset<Row> records) {
        if (columns.isEmpty() || !table.property(session, PROPERTY).orElse("").equals(formulas)) {
            return Touched.EVERYTHING;
        }
        Column[] partition = columns.keySet().stream().map(functions::col).toArray(Column[]::new);
        List<Row> values =
                records.select(partition).distinct().limit(MOST_VALUES + 1).collectAsList();
        if (values.size() > MOST_VALUES) {
            return Touched.EVERYTHING;
        }
        Column condition = functions.lit(true);
        int index = 0;
        for (String column : columns.keySet()) {
            condition = condition.and(isOneOf(column, values, index++));
        }
        return new Touched(condition, values.size());
    }

    private static Column isOneOf(String column, List<Row> values, int index) {
        Column target = new Column("t." + DeltaLocation.quoted(column));
        Object[] literals = values.stream()
                .filter(row -> !row.isNullAt(index))
                .map(row -> row.get(index))
                .distinct()
                .toArray();
        if (literals.length == 0) {
            return target.isNull();
        }
        Column in = target.isin(literals);
        return values.stream().anyMatch(row -> row.isNullAt(index)) ? in.or(target.isNull()) : in;
    }
}
