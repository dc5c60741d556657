package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.ledger.TableLedger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.NoMapping$;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.JavaConverters;

/** Writes micro-batches of which every identity is probably new, in one pass and without a look at the table's files. For one thread. */
final class StraightAppends {
    /** Conf key: most identities that the driver knows by heart. */
    static final String KNOWN_IDENTITIES = "spark.hybridingest.known-identities";

    /** Partitions that may be written by any task, as of days around midnight. */
    static final int FEW = 2;

    /** Bytes of heap for each identity: eight are held, and as many again while they are merged. */
    private static final long HEAP_SHARE = 128;

    /** Bytes of results for each identity: eight, for four times as many as are meant to come, and as much for all else. */
    private static final long RESULT_SHARE = 64;

    private static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

    /** Records that one task reads and writes. */
    private static final long SMALL = 10_000;

    private static final String AUTO_COMPACT = "spark.databricks.delta.autoCompact.enabled";

    private final DeltaLocation table;
    private final String tombstone;
    private final Function<Map<String, String>, List<String>> deciding;
    private final TableLedger ledger;
    private final IdentityIndex index;
    private final Attempts attempts = new Attempts();
    private int partitionsBefore;

    /**
     * @param tombstone column that says whether a row deletes, null where none does
     * @param deciding the table's properties → the partition columns that decide where an identity can be
     */
    StraightAppends(
            DeltaLocation table,
            String tombstone,
            Function<Map<String, String>, List<String>> deciding,
            TableLedger ledger,
            IdentityIndex index) {
        this.table = table;
        this.tombstone = tombstone;
        this.deciding = deciding;
        this.ledger = ledger;
        this.index = index;
    }

    /** Most identities that this driver is to know. Tasks bring them to it, and Spark ends a job whose tasks bring too much. */
    static long knownIdentities(SparkSession spark) {
        SparkConf conf = spark.sparkContext().getConf();
        long wanted = conf.getLong(KNOWN_IDENTITIES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        long results = conf.getSizeAsBytes(MAX_RESULT_SIZE, "1g");
        return results == 0 ? wanted : Math.min(wanted, results / RESULT_SHARE);
    }

    /**
     * Writes the files of one micro-batch, and leaves open whether all of it is new.
     *
     * @param records all columns of the table that the pipeline gives
     * @param read about how many records are read to make these
     * @return empty where this table cannot be written so, or where lately its identities were seldom new
     */
    Optional<StagedRows> stage(Dataset<Row> records, Lane lane, long read) {
        if (!attempts.isWorthTrying()) {
            return Optional.empty();
        }
        SparkSession session = records.sparkSession();
        OptimisticTransaction transaction =
                DeltaLog.forTable(session, table.path()).startTransaction(Option.empty(), Option.empty());
        Metadata metadata = transaction.metadata();
        Map<String, String> properties = JavaConverters.mapAsJavaMap(metadata.configuration());
        compactByTheWay(session, lane, properties);
        List<String> columns = deciding.apply(properties);
        if (index.capacity() == 0
                || !metadata.columnMappingMode().equals(NoMapping$.MODULE$)
                || !IdentityPlaces.areTold(columns, metadata)) {
            return Optional.empty();
        }
        IdentityPlaces places = IdentityPlaces.of(columns, metadata);
        TaskNotes<RowNotes> notes = TaskNotes.begin(session, RowNotes.blank(index.capacity()));
        Column noted = udf(RowNotes.noting(notes), DataTypes.BooleanType)
                .asNondeterministic()
                .apply(
                        index.hash(),
                        places.ofRow(),
                        tombstone == null ? lit(false) : col(DeltaLocation.quoted(tombstone)));
        Dataset<Row> rows = gathered(records, read, JavaConverters.seqAsJavaList(metadata.partitionColumns()))
                .where(noted);
        StagedRows staged = StagedRows.write(rows, transaction, notes, index, places, ledger, attempts);
        partitionsBefore = staged.partitions();
        return Optional.of(staged);
    }

    /**
     * Lets Delta put small files together after every fiftieth write to a partition, where neither the conf nor the table says whether it is to. Not in
     * the batch lane: each run of it would do so at its first write.
     */
    private static void compactByTheWay(SparkSession session, Lane lane, Map<String, String> properties) {
        if (lane == Lane.STREAM
                && !session.sparkContext().getConf().contains(AUTO_COMPACT)
                && !properties.containsKey("delta.autoOptimize.autoCompact")
                && !properties.containsKey("delta.autoOptimize")) {
            session.conf().set(AUTO_COMPACT, true);
        }
    }

    /**
     * Brings the rows together that one task can read and write, or that belong into one partition, going by the micro-batch before: every task
     * writes a file for each partition of which it has a row, and each micro-batch of five seconds would leave as many files as the topic has
     * partitions.
     */
    private Dataset<Row> gathered(Dataset<Row> records, long read, List<String> partitionBy) {
        if (read <= SMALL) {
            return records.coalesce(1);
        }
        return partitionsBefore <= FEW
                ? records
                : records.hint(
                        "rebalance",
                        JavaConverters.asScalaBuffer(partitionBy.stream()
                                        .<Object>map(column -> col(DeltaLocation.quoted(column)))
                                        .toList())
                                .toSeq());
    }
}
