package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.source.AvroBodies;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Writes records that cannot go into the table into the quarantine table, once per {@code quarantine_id}. */
public final class QuarantineSink {
    private static final String SOURCE = "hybridingest_quarantined";
    private static final String ID = "quarantine_id";
    private static final String REPLAYED_AT = "replayed_at";
    private static final String REPLAY_OUTCOME = "replay_outcome";
    private static final String REPLAY_DEFINITION = "replay_definition";

    /** Partition column: an identity need only be looked for among a sixteenth of the rows. */
    private static final String BUCKET = "id_bucket";

    private static final int BUCKETS = 16;
    private static final int SHA_256 = 256;
    private static final int ID_LENGTH = 32;

    private final DeltaLocation table;
    private final PipelineDefinition definition;
    private final StructType columns;
    private final TableLedger ledger;
    private final StraightAppends appends;

    private QuarantineSink(
            DeltaLocation table,
            PipelineDefinition definition,
            StructType columns,
            TableLedger ledger,
            StraightAppends appends) {
        this.table = table;
        this.definition = definition;
        this.columns = columns;
        this.ledger = ledger;
        this.appends = appends;
    }

    /** Columns of a quarantined record, as every stage writes it. */
    public static StructType recordColumns(SparkSession spark) {
        return AvroBodies.columns(spark, QuarantinedRecord.schema().toString());
    }

    /**
     * Opens the quarantine table, and creates it where it does not exist.
     *
     * @param ledger ledger of the quarantine table and of the lane that writes
     */
    public static QuarantineSink open(SparkSession spark, PipelineDefinition definition, TableLedger ledger) {
        DeltaLocation location = new DeltaLocation(definition.table().quarantinePath());
        StructType columns = recordColumns(spark)
                .add("lane", DataTypes.StringType, true)
                .add("pipeline", DataTypes.StringType, true)
                .add("definition", DataTypes.StringType, true)
                .add("epoch", DataTypes.LongType, true);
        // A table that was made before there were buckets stays as it is: Delta cannot partition it anew.
        List<String> partitions = location.exists(spark) ? location.partitionColumns(spark) : List.of(BUCKET);
        if (partitions.contains(BUCKET)) {
            columns = columns.add(BUCKET, DataTypes.StringType, true);
        }
        location.ensure(spark, withReplay(columns), partitions, DeltaLocation.propertiesOfAppended(spark));
        List<String> deciding = partitions.contains(BUCKET) ? List.of(BUCKET) : List.of();
        IdentityIndex index = new IdentityIndex(ID, StraightAppends.knownIdentities(spark));
        return new QuarantineSink(
                location,
                definition,
                columns,
                ledger,
                new StraightAppends(location, null, properties -> deciding, ledger, index));
    }

    private static StructType withReplay(StructType columns) {
        return columns.add(REPLAYED_AT, DataTypes.TimestampType, true)
                .add(REPLAY_OUTCOME, DataTypes.StringType, true)
                .add(REPLAY_DEFINITION, DataTypes.StringType, true);
    }

    /** The id that Delta gave the table when it was made. */
    public String tableId(SparkSession spark) {
        return table.id(spark);
    }

    /** Records that no replay has taken out of quarantine yet. */
    public Dataset<Row> unreplayed(SparkSession spark) {
        return spark.read()
                .format("delta")
                .load(table.path())
                .where(col(REPLAYED_AT).isNull());
    }

    /**
     * Marks records that a replay has taken out of quarantine. Their rows stay.
     *
     * @param outcomes columns {@code quarantine_id} and {@code replay_outcome}
     */
    public void markReplayed(Dataset<Row> outcomes, CommitMetadata metadata, Instant at) {
        SparkSession session = outcomes.sparkSession();
        Dataset<Row> marks = outcomes.withColumn(REPLAYED_AT, BatchTime.column(at, col(ID)));
        String touched = touched(outcomes);
        DeltaCommits.commit(session, ledger, metadata, () -> {
            marks.createOrReplaceTempView(SOURCE);
            return session.sql(
                    "MERGE INTO %1$s AS t USING %2$s AS s ON t.%3$s = s.%3$s AND %8$s WHEN MATCHED AND t.%4$s IS NULL THEN UPDATE SET t.%4$s = s.%4$s, t.%5$s = s.%5$s, t.%6$s = '%7$s'"
                            .formatted(
                                    table.sqlName(),
                                    SOURCE,
                                    ID,
                                    REPLAYED_AT,
                                    REPLAY_OUTCOME,
                                    REPLAY_DEFINITION,
                                    definition.fingerprint(),
                                    touched));
        });
    }

    /**
     * Makes quarantined records of problems found while reading and decoding.
     *
     * @param problems rows with the columns of {@link Envelope} and a problem
     */
    public static Dataset<Row> ofProblems(Dataset<Row> problems, Instant at) {
        return problems.select(
                idOfProblem().as(ID),
                lit(null).cast(DataTypes.StringType).as("ingest_id"),
                col(Envelope.STAGE).as("stage"),
                array(reasonOfProblem()).as("reasons"),
                col(Envelope.ORIGINAL).as("original"),
                col(Envelope.ORIGIN).as("source"),
                BatchTime.column(at, col(Envelope.ORIGIN)).as("quarantined_at"));
    }

    /**
     * The id of a problem found while reading and decoding. It is made of where the record came from and of what it is: equal after every
     * retry, and another one where a topic was made anew.
     */
    public static Column idOfProblem() {
        Column text = concat(encode(col(Envelope.ORIGIN), "UTF-8"), lit(new byte[] {0}), col(Envelope.ORIGINAL));
        return sha2(text, SHA_256).substr(1, ID_LENGTH);
    }

    /** What the envelope says of a problem, as an element of the column {@code reasons}. */
    public static Column reasonOfProblem() {
        return reason(col(Envelope.PROBLEM), col(Envelope.MESSAGE));
    }

    /** One reason about a record as a whole, as an element of the column {@code reasons}. */
    public static Column reason(Column code, Column message) {
        return struct(code.as("code"), lit("").as("field"), message.as("message"), lit("").as("value"));
    }

    /**
     * Writes quarantined records.
     *
     * @param records the columns of {@link #recordColumns}
     * @return rows inserted: those that were not there yet
     */
    public long write(Dataset<Row> records, CommitMetadata metadata) {
        Dataset<Row> rows = complete(records, metadata);
        OptionalLong inserted = appends.stage(
                        rows, metadata.lane(), metadata.rows().quarantined())
                .map(staged -> staged.commit(metadata))
                .orElse(OptionalLong.empty());
        return inserted.isPresent() ? inserted.getAsLong() : merge(rows.dropDuplicates(ID), metadata);
    }

    private Dataset<Row> complete(Dataset<Row> records, CommitMetadata metadata) {
        Dataset<Row> rows = records.withColumn("lane", lit(metadata.lane().label()))
                .withColumn("pipeline", lit(metadata.pipeline()))
                .withColumn("definition", lit(definition.fingerprint()))
                .withColumn("epoch", lit(metadata.epoch()))
                .withColumn(BUCKET, bucket());
        return rows.select(
                Arrays.stream(columns.fieldNames()).map(functions::col).toArray(Column[]::new));
    }

    private long merge(Dataset<Row> rows, CommitMetadata metadata) {
        SparkSession session = rows.sparkSession();
        String touched = touched(rows);
        String names = Arrays.stream(columns.fieldNames()).collect(Collectors.joining(", "));
        String values =
                Arrays.stream(columns.fieldNames()).map(name -> "s." + name).collect(Collectors.joining(", "));
        return DeltaCommits.commit(session, ledger, metadata, () -> {
            rows.createOrReplaceTempView(SOURCE);
            Row counts = session.sql(
                            "MERGE INTO %1$s AS t USING %2$s AS s ON t.%3$s = s.%3$s AND %6$s WHEN NOT MATCHED THEN INSERT (%4$s) VALUES (%5$s)"
                                    .formatted(table.sqlName(), SOURCE, ID, names, values, touched))
                    .first();
            return counts.getLong(counts.fieldIndex("num_inserted_rows"));
        });
    }

    private static Column bucket() {
        return substring(sha2(col(ID).cast(DataTypes.BinaryType), SHA_256), 1, 1);
    }

    /** SQL condition on the target {@code t} that holds for every partition that these ids can be in. */
    private String touched(Dataset<Row> ids) {
        if (!Arrays.asList(columns.fieldNames()).contains(BUCKET)) {
            return "true";
        }
        List<String> buckets =
                ids.select(bucket()).distinct().as(Encoders.STRING()).collectAsList();
        return buckets.isEmpty() || buckets.size() == BUCKETS
                ? "true"
                : buckets.stream().sorted().collect(Collectors.joining("', '", "t." + BUCKET + " IN ('", "')"));
    }
}
