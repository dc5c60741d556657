package io.hybridingest.job.transform;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.hybridingest.pipeline.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The pipeline's checks as columns: one boolean for each, true where the record passes. Null counts as failing. */
public final class RecordChecks {
    private static final String PREFIX = "__passes_";

    /** A literal that Spark replaces by the time when it reads the condition, so that no trace of it is left. */
    private static final Pattern NAMED_TIME = Pattern.compile(
            "\\b(date|timestamp(_ntz|_ltz)?)\\s*(['\"])\\s*(now|today|tomorrow|yesterday)\\b",
            Pattern.CASE_INSENSITIVE);

    private final List<Check> checks;

    private RecordChecks(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /**
     * Holds every check against the schema before any record is read.
     *
     * @param records columns that the conditions may use
     * @throws RefusedQueryException naming the check and what Spark says about its condition
     */
    public static RecordChecks validated(SparkSession spark, List<Check> checks, StructType records) {
        Dataset<Row> none = spark.createDataFrame(List.of(), records);
        for (Check check : checks) {
            String subject = "Check %s (require: %s)".formatted(check.name(), check.require());
            Dataset<Row> query;
            try {
                query = none.select(expr(check.require()).as("passes"));
            } catch (Exception e) {
                // Spark's AnalysisException is checked, and declared nowhere.
                throw new RefusedQueryException(subject + " is no condition over the pipeline's fields", e);
            }
            DataType type = query.schema().fields()[0].dataType();
            if (!type.equals(DataTypes.BooleanType)) {
                throw new RefusedQueryException("%s gives %s. Write a condition that is true or false."
                        .formatted(subject, type.simpleString()));
            }
            if (!RowWisePlan.of(query, none, subject).isSteady()
                    || NAMED_TIME.matcher(check.require()).find()) {
                throw new RefusedQueryException(
                        "%s depends on the clock, the session or chance: the same record could pass in one lane and fail in the other, or after a retry, and be in table and quarantine. Compare fields of the record; against times that are still to come there is event-time.ahead-limit."
                                .formatted(subject));
            }
        }
        return new RecordChecks(checks);
    }

    /** Adds a column for each check; all are evaluated in one pass. */
    public Dataset<Row> evaluate(Dataset<Row> records) {
        List<Column> columns = new ArrayList<>(List.of(new Column("*")));
        for (int i = 0; i < checks.size(); i++) {
            columns.add(coalesce(expr(checks.get(i).require()), lit(false)).as(PREFIX + i));
        }
        return records.select(columns.toArray(Column[]::new));
    }

    /** The checks, in the order of the definition. */
    public List<Check> checks() {
        return checks;
    }

    /** Whether a record passes a check, as a column of what {@link #evaluate} returns. */
    public Column passes(Check check) {
        return new Column(PREFIX + checks.indexOf(check));
    }

    /** Whether a record passes all checks that have this consequence. */
    public Column passesAll(Check.Otherwise otherwise) {
        return checks.stream()
                .filter(check -> check.otherwise() == otherwise)
                .map(this::passes)
                .reduce(Column::and)
                .orElse(lit(true));
    }
}
