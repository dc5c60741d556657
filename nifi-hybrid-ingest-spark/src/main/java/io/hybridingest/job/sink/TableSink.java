package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import io.hybridingest.job.transform.RecordTransform;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.pipeline.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Writes records into the pipeline's table, once per identity whatever happens: a batch may be written again after a
 * crash, and the other lane may write the same records at the same moment.
 *
 * <p>What makes it once is the look at the identities that the table has, or the MERGE on {@code _ingest_id}, and Delta's serializable commits, not a checkpoint
 * and not a batch number.
 */
public final class TableSink {
    private static final String SOURCE = "hybridingest_rows";
    private static final String GATHER = "spark.databricks.delta.merge.repartitionBeforeWrite.enabled";

    /** Records that are sorted sooner than asked. */
    private static final long SMALL = 10_000;

    /** Records whose identities may be too many to be counted in memory; sorting takes to the disk. */
    private static final long LARGE = 500_000;

    private static final String RANK = "__rank";

    /** Prefix of the table properties that name the newest run of a lane. */
    private static final String WRITER = "hybridingest.writer.";

    private final DeltaLocation table;
    private final Table.Write write;
    private final String tombstone;
    private final List<String> given;
    private final StructType columns;
    private final Optional<String> eventTime;
    private final PartitionPruning pruning;
    private final TableLedger ledger;
    private final StraightAppends appends;

    private TableSink(
            DeltaLocation table,
            Table.Write write,
            String tombstone,
            List<String> given,
            StructType columns,
            Optional<String> eventTime,
            PartitionPruning pruning,
            TableLedger ledger,
            StraightAppends appends) {
        this.table = table;
        this.write = write;
        this.tombstone = tombstone;
        this.given = given;
        this.columns = columns;
        this.eventTime = eventTime;
        this.pruning = pruning;
        this.ledger = ledger;
        this.appends = appends;
    }

    /** Whether there is a table at the path. */
    public static boolean exists(SparkSession spark, Table table) {
        return new DeltaLocation(table.path()).exists(spark);
    }

    /**
     * Opens the table, and creates it where it does not exist.
     *
     * @param ledger ledger of this table and of the lane that writes
     * @throws RefusedTableException where an existing table cannot take the transform's result
     */
    public static TableSink open(SparkSession spark, Table table, RecordTransform transform, TableLedger ledger) {
        DeltaLocation location = new DeltaLocation(table.path());
        StructType columns = nullable(transform.schema())
                .add(SystemFields.INGEST_LANE, DataTypes.StringType, true)
                .add(SystemFields.INGESTED_AT, DataTypes.TimestampType, true);
        Map<String, String> properties = new HashMap<>(
                table.write() == Table.Write.APPEND
                        ? DeltaLocation.propertiesOfAppended(spark)
                        : DeltaLocation.PROPERTIES);
        properties.put(
                PartitionPruning.PROPERTY,
                PartitionPruning.formulas(table.partitionBy(), transform.decidedByIdentity()));
        location.ensure(spark, columns, table.partitionBy(), properties);
        PartitionPruning pruning = PartitionPruning.open(spark, location, transform.decidedByIdentity());
        String tombstone = table.tombstone() == null ? null : table.tombstone().column();
        return new TableSink(
                location,
                table.write(),
                tombstone,
                List.of(transform.schema().fieldNames()),
                columns,
                transform.eventTime(),
                pruning,
                ledger,
                new StraightAppends(
                        location,
                        tombstone,
                        pruning::deciding,
                        ledger,
                        new IdentityIndex(SystemFields.INGEST_ID, StraightAppends.knownIdentities(spark))));
    }

    private static StructType nullable(StructType schema) {
        StructType nullable = new StructType();
        for (int i = 0; i < schema.length(); i++) {
            nullable = nullable.add(schema.apply(i).name(), schema.apply(i).dataType(), true);
        }
        return nullable;
    }

    /**
     * Says in the table's log who writes from now on. The commit changes a table property, so that a write of a run that was
     * replaced, and is under way, conflicts with it whatever it writes.
     */
    public void claim(SparkSession session, CommitMetadata metadata) {
        String writer = WRITER + metadata.lane().label() + "." + metadata.pipeline();
        String value = "epoch %d, generation %d".formatted(metadata.epoch(), metadata.generation());
        DeltaCommits.commit(session, ledger, metadata, () -> {
            table.set(session, writer, value);
            return null;
        });
    }

    /**
     * How many of these records delete the row of their identity.
     *
     * @param records what the transform gave
     */
    public long tombstones(Dataset<Row> records) {
        return tombstone == null
                ? 0
                : records.where(col(DeltaLocation.quoted(tombstone))).count();
    }

    /**
     * Writes one micro-batch. The row of a record that deletes stays as a marker, so that no older record brings the row back.
     *
     * @param records what the transform gave; may hold an identity more than once
     * @param at when the batch is processed
     * @return rows inserted, and for upsert also those replaced
     */
    public long write(Dataset<Row> records, CommitMetadata metadata, Instant at) {
        OptionalLong inserted = stageNew(
                        records, metadata.lane(), at, metadata.rows().in())
                .map(staged -> staged.commit(metadata))
                .orElse(OptionalLong.empty());
        return inserted.isPresent() ? inserted.getAsLong() : merge(records, metadata, at);
    }

    /**
     * Writes one micro-batch as if all of it were new, in one pass, and leaves open whether it is.
     *
     * @param read about how many records are read to make these
     * @return empty where this table cannot be written so, or where lately its identities were seldom new
     */
    public Optional<StagedRows> stage(Dataset<Row> records, Lane lane, Instant at, long read) {
        return appends.stage(complete(records, lane, at), lane, read);
    }

    /**
     * Writes what is new of one micro-batch, where rows are only ever added; else as {@link #stage} does.
     *
     * @param records what the transform gave; they are read three times
     * @param read about how many records are read to make these
     * @return empty where this table cannot be written so, or where lately there were more identities than can be known
     */
    public Optional<StagedRows> stageNew(Dataset<Row> records, Lane lane, Instant at, long read) {
        Dataset<Row> rows = complete(records, lane, at);
        // A row that is there already may have to be replaced.
        return write == Table.Write.APPEND ? appends.stageNew(rows, lane, read) : appends.stage(rows, lane, read);
    }

    private Dataset<Row> complete(Dataset<Row> records, Lane lane, Instant at) {
        return records.withColumn(SystemFields.INGEST_LANE, lit(lane.label()))
                .withColumn(SystemFields.INGESTED_AT, BatchTime.column(at, col(SystemFields.INGEST_ID)));
    }

    private long merge(Dataset<Row> records, CommitMetadata metadata, Instant at) {
        SparkSession session = records.sparkSession();
        Dataset<Row> rows = complete(once(records, metadata.rows().in()), metadata.lane(), at);
        return DeltaCommits.commitAlways(session, ledger, metadata, () -> {
            PartitionPruning.Touched touched = pruning.touched(session, records);
            gatherBeforeWriting(session, touched.partitions() > StraightAppends.FEW);
            rows.createOrReplaceTempView(SOURCE);
            String condition = "t.%1$s = s.%1$s AND %2$s"
                    .formatted(
                            SystemFields.INGEST_ID, touched.condition().expr().sql());
            Row counts = session.sql("MERGE INTO %s AS t USING %s AS s ON %s %s"
                            .formatted(table.sqlName(), SOURCE, condition, clauses()))
                    .first();
            long updated = counts.getLong(counts.fieldIndex("num_updated_rows"));
            return counts.getLong(counts.fieldIndex("num_inserted_rows")) + updated;
        });
    }

    /**
     * Puts these records in the place of rows, in one commit.
     *
     * @param records what the transform gave; may hold an identity more than once
     * @param condition SQL over the table's columns; chooses the rows, and holds for every record
     * @return rows written
     */
    public long replace(Dataset<Row> records, CommitMetadata metadata, Instant at, String condition) {
        Dataset<Row> rows = complete(once(records, Long.MAX_VALUE), metadata.lane(), at);
        long count = rows.count();
        CommitMetadata told = metadata.withRows(metadata.rows().withInserted(count));
        return DeltaCommits.commitAlways(records.sparkSession(), ledger, told, () -> {
            rows.write()
                    .format("delta")
                    .mode(SaveMode.Overwrite)
                    .option("replaceWhere", condition)
                    .save(table.path());
            return count;
        });
    }

    /**
     * Whether Delta brings the rows of each partition together before it writes them. With many partitions that makes few files of
     * many; with one or two it would leave the writing to one or two tasks, and Spark has made as many tasks as the rows are worth.
     */
    private static void gatherBeforeWriting(SparkSession session, boolean gather) {
        if (!session.sparkContext().getConf().contains(GATHER)) {
            session.conf().set(GATHER, gather);
        }
    }

    /** Says what became of a micro-batch that brought nothing for the table, so that the ledger's counts have it. */
    public void record(SparkSession session, CommitMetadata metadata) {
        DeltaCommits.commitAlways(session, ledger, metadata, () -> {
            session.createDataFrame(List.of(), columns)
                    .write()
                    .format("delta")
                    .mode(SaveMode.Append)
                    .save(table.path());
            return null;
        });
    }

    /**
     * Each identity once. To drop what comes again whole records have to be sorted, a quarter of all the work; so a large micro-batch, which
     * seldom holds an identity twice, is first asked whether it does.
     */
    private Dataset<Row> once(Dataset<Row> records, long most) {
        if (write == Table.Write.APPEND) {
            return most <= SMALL || most > LARGE || holdsAnIdentityTwice(records)
                    ? records.dropDuplicates(SystemFields.INGEST_ID)
                    : records;
        }
        Column winnerFirst = row_number()
                .over(Window.partitionBy(SystemFields.INGEST_ID)
                        .orderBy(precedence().winnerFirst()));
        return records.withColumn(RANK, winnerFirst).where(col(RANK).equalTo(1)).drop(RANK);
    }

    private static boolean holdsAnIdentityTwice(Dataset<Row> records) {
        return !records.groupBy(SystemFields.INGEST_ID)
                .count()
                .where(col("count").gt(1))
                .limit(1)
                .isEmpty();
    }

    private RowPrecedence precedence() {
        return new RowPrecedence(eventTime.orElseThrow(), tombstone, given);
    }

    private String clauses() {
        List<String> names =
                Arrays.stream(columns.fieldNames()).map(DeltaLocation::quoted).toList();
        String insert = "WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)"
                .formatted(
                        String.join(", ", names),
                        names.stream().map(name -> "s." + name).collect(Collectors.joining(", ")));
        if (write == Table.Write.APPEND) {
            return insert;
        }
        String assignments =
                names.stream().map(name -> "t.%1$s = s.%1$s".formatted(name)).collect(Collectors.joining(", "));
        return "WHEN MATCHED AND (%s) THEN UPDATE SET %s %s"
                .formatted(precedence().beats("s", "t"), assignments, insert);
    }
}
