package io.hybridingest.job.transform;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.pipeline.Table;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The pipeline's transform: Spark SQL over the view {@code input}, one row out per row in, the same in both lanes.
 *
 * <p>Immutable; {@link #apply} may be called with datasets of any session.
 */
public final class RecordTransform {
    private static final String VIEW = "input";

    private final String sql;
    private final StructType schema;
    private final SortedMap<String, String> decidedByIdentity;
    private final String eventTime;

    private RecordTransform(
            String sql, StructType schema, SortedMap<String, String> decidedByIdentity, String eventTime) {
        this.sql = sql;
        this.schema = schema;
        this.decidedByIdentity = decidedByIdentity;
        this.eventTime = eventTime;
    }

    /**
     * Holds the transform against the schema before any record is read.
     *
     * @param records columns of the view
     * @throws RefusedQueryException saying what to write instead
     */
    public static RecordTransform validated(SparkSession spark, PipelineDefinition definition, StructType records) {
        Dataset<Row> none = spark.newSession().createDataFrame(List.of(), records);
        Dataset<Row> query;
        try {
            query = run(none, definition.transform());
        } catch (Exception e) {
            throw new RefusedQueryException("The transform is no query over the view input", e);
        }
        RowWisePlan plan = RowWisePlan.of(query, none, "The transform");
        requireColumns(query.schema(), definition);
        requireUnchanged(plan, SystemFields.INGEST_ID);
        if (definition.table().tombstone() != null) {
            requireBoolean(query.schema(), definition.table().tombstone().column());
        }
        Optional<String> eventTime = eventTime(plan, query.schema(), definition);
        if (eventTime.isEmpty() && definition.table().write() == Table.Write.UPSERT) {
            throw new RefusedQueryException(
                    "With `write: upsert` the newest event time wins, but the transform's result does not hold %s as it came. Add it, or write SELECT *, …"
                            .formatted(definition.eventTime().field()));
        }
        return new RecordTransform(
                definition.transform(),
                query.schema(),
                decidedByIdentity(plan, query.schema(), definition),
                eventTime.orElse(null));
    }

    private static void requireColumns(StructType schema, PipelineDefinition definition) {
        Set<String> names = new HashSet<>();
        for (StructField field : schema.fields()) {
            if (!names.add(field.name().toLowerCase(Locale.ROOT))) {
                throw new RefusedQueryException(
                        "The transform gives two columns named %s. Give one of them another name, or list the columns instead of *."
                                .formatted(field.name()));
            }
            if (field.dataType() instanceof NullType) {
                throw new RefusedQueryException(
                        "The transform gives column %s no type. Write CAST(NULL AS STRING) or another type."
                                .formatted(field.name()));
            }
        }
        for (String system : List.of(SystemFields.INGEST_ID, SystemFields.SOURCE)) {
            if (!names.contains(system)) {
                throw new RefusedQueryException(
                        "The transform's result has no column %s. Write SELECT *, … or list _ingest_id, _source, _rescued."
                                .formatted(system));
            }
        }
        for (String system : List.of(SystemFields.INGEST_LANE, SystemFields.INGESTED_AT)) {
            if (names.contains(system)) {
                throw new RefusedQueryException(
                        "The transform gives a column %s, which the job sets itself. Give it another name."
                                .formatted(system));
            }
        }
        for (String partition : definition.table().partitionBy()) {
            if (!names.contains(partition.toLowerCase(Locale.ROOT))) {
                throw new RefusedQueryException(
                        "The table is partitioned by %s, which the transform does not give. It gives %s."
                                .formatted(partition, String.join(", ", schema.fieldNames())));
            }
        }
    }

    private static void requireBoolean(StructType schema, String tombstone) {
        StructField column = Arrays.stream(schema.fields())
                .filter(field -> field.name().equalsIgnoreCase(tombstone))
                .findFirst()
                .orElseThrow(() -> new RefusedQueryException(
                        "The table's tombstone is %1$s, which the transform does not give. Add it, such as op = 'D' AS %1$s; it gives %2$s."
                                .formatted(tombstone, String.join(", ", schema.fieldNames()))));
        if (!column.dataType().equals(DataTypes.BooleanType)) {
            throw new RefusedQueryException(
                    "The table's tombstone %1$s is of type %2$s. Write a condition, such as op = 'D' AS %1$s."
                            .formatted(tombstone, column.dataType().simpleString()));
        }
    }

    private static void requireUnchanged(RowWisePlan plan, String column) {
        if (!plan.passedThrough(column).filter(column::equals).isPresent()) {
            throw new RefusedQueryException(
                    "The transform computes %s; it must pass it on as it came, or records could come in twice."
                            .formatted(column));
        }
    }

    private static Optional<String> eventTime(RowWisePlan plan, StructType schema, PipelineDefinition definition) {
        String[] path = definition.eventTime().field().split("\\.", 2);
        return Arrays.stream(schema.fieldNames())
                .filter(column ->
                        plan.passedThrough(column).filter(path[0]::equals).isPresent())
                .findFirst()
                .map(column -> "`" + column + "`" + (path.length > 1 ? "." + path[1] : ""));
    }

    private static SortedMap<String, String> decidedByIdentity(
            RowWisePlan plan, StructType schema, PipelineDefinition definition) {
        SortedMap<String, String> formulas = new TreeMap<>();
        if (definition.identity() instanceof Identity.Fields identity) {
            Set<String> fields = identity.paths().stream()
                    .filter(path -> isExact(definition.schema().getField(path)))
                    .collect(Collectors.toSet());
            Arrays.stream(schema.fieldNames())
                    .filter(column ->
                            plan.madeOf(column).filter(fields::containsAll).isPresent())
                    .forEach(column -> formulas.put(column, plan.formula(column).orElseThrow()));
        }
        return formulas;
    }

    /** Equal identities mean equal values, but for fractions, of which -0.0 and 0.0 are one identity. */
    private static boolean isExact(Schema.Field field) {
        return field != null && !field.schema().toString().matches("(?s).*\\b(float|double)\\b.*");
    }

    /** Runs the transform over records of the schema that it was validated with. */
    public Dataset<Row> apply(Dataset<Row> records) {
        return run(records, sql);
    }

    /** The view belongs to the session of the records, and a streaming query has a session of its own. */
    private static Dataset<Row> run(Dataset<Row> records, String sql) {
        records.createOrReplaceTempView(VIEW);
        return records.sparkSession().sql(sql);
    }

    /** Columns of the result, before the sink adds its own. */
    public StructType schema() {
        return schema;
    }

    /**
     * Columns of the result whose value follows from the identity fields alone, each with its formula: two records of one
     * identity cannot differ in them, so an identity need only be looked for where they are equal, as long as the formula
     * has always been the same.
     */
    public SortedMap<String, String> decidedByIdentity() {
        return decidedByIdentity;
    }

    /** SQL path of the event time in the result; empty where the result does not hold it. */
    public Optional<String> eventTime() {
        return Optional.ofNullable(eventTime);
    }
}
