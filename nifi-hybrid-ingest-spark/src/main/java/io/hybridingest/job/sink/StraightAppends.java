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
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.NoMapping$;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * Writes micro-batches by appending files, without a MERGE: where every identity is probably new, in one pass and without a look at the table's files,
 * else with a look at those that may be there. For one thread.
 */
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

    /** Records that one task reads and writes, and that are enough for a file. */
    private static final long SMALL = 10_000;

    private static final String AUTO_COMPACT = "spark.databricks.delta.autoCompact.enabled";

    private static final String PAGE_ROWS = "parquet.page.row.count.limit";

    /**
     * Rows of a page in the stream lane's files. After the first page Parquet gives up a column's dictionary where it makes nothing smaller; its own 20,000 rows are
     * most of such a file.
     */
    private static final String STREAM_PAGE_ROWS = "2000";

    private final DeltaLocation table;
    private final String tombstone;
    private final Function<Map<String, String>, List<String>> deciding;
    private final TableLedger ledger;
    private final IdentityIndex index;
    private final Attempts attempts = new Attempts();
    private final Attempts lookups = new Attempts();
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
        return begin(records.sparkSession(), lane).map(append -> write(append, lane, records, read, true, attempts));
    }

    /**
     * Writes the files of those rows of one micro-batch that are new: one of each identity that the table does not have. The rows are read
     * three times.
     *
     * @param records all columns of the table that the pipeline gives; the same ones each time that they are read
     * @param read about how many records are read to make these
     * @return empty where this table cannot be written so, or where lately there were more identities than can be known
     */
    Optional<StagedRows> stageNew(Dataset<Row> records, Lane lane, long read) {
        if (!lookups.isWorthTrying()) {
            return Optional.empty();
        }
        return begin(records.sparkSession(), lane).flatMap(append -> {
            Optional<StagedRows> staged = stageNew(append, lane, records, read);
            if (staged.isEmpty()) {
                lookups.tried(false);
            }
            return staged;
        });
    }

    private Optional<StagedRows> stageNew(Append append, Lane lane, Dataset<Row> records, long read) {
        SparkSession session = records.sparkSession();
        DeltaLog log = append.transaction().deltaLog();
        Snapshot there = append.transaction().snapshot();
        TaskNotes<RowNotes> notes = TaskNotes.begin(session, RowNotes.blank(index.capacity()));
        long count = records.where(noted(notes, append.places())).count();
        RowNotes.Summary rows = RowNotes.summary(notes.all()).ofExpected(count);
        Optional<LongStream> held =
                rows.isComplete() ? index.held(session, log, there, append.places(), rows.hashes()) : Optional.empty();
        if (held.isEmpty()) {
            return Optional.empty();
        }
        long[] inTable = held.get().toArray();
        long[] doubtful = LongStream.concat(rows.twice(), LongStream.of(inTable))
                .sorted()
                .distinct()
                .toArray();
        if (doubtful.length == 0) {
            return Optional.of(write(append, lane, records, read, true, lookups));
        }
        // Rows that come twice alone are no reason to read the table.
        Optional<Dataset<Row>> identities = inTable.length == 0
                ? Optional.empty()
                : Optional.of(index.identities(
                        log, there, append.places(), rows.hashes().keySet()));
        Broadcast<long[]> known =
                JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(doubtful);
        try {
            Dataset<Row> fresh = NewRows.of(records, index.identity(), index.hash(), known, identities);
            return Optional.of(write(append, lane, fresh, read, identities.isEmpty(), lookups));
        } finally {
            known.destroy();
        }
    }

    /** A version of the table that rows can be appended to. */
    private record Append(OptimisticTransaction transaction, IdentityPlaces places) {}

    private Optional<Append> begin(SparkSession session, Lane lane) {
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
        return Optional.of(new Append(transaction, IdentityPlaces.of(columns, metadata)));
    }

    private StagedRows write(
            Append append, Lane lane, Dataset<Row> records, long read, boolean isWhole, Attempts counted) {
        SparkSession session = records.sparkSession();
        TaskNotes<RowNotes> notes = TaskNotes.begin(session, RowNotes.blank(index.capacity()));
        List<String> partitionBy =
                JavaConverters.seqAsJavaList(append.transaction().metadata().partitionColumns());
        Dataset<Row> rows = gathered(records, read, partitionBy).where(noted(notes, append.places()));
        boolean hasShortPages = lane == Lane.STREAM && !pagesAreTold(session);
        if (hasShortPages) {
            session.conf().set(PAGE_ROWS, STREAM_PAGE_ROWS);
        }
        try {
            StagedRows staged = StagedRows.write(
                    rows, append.transaction(), notes, index, append.places(), ledger, counted, isWhole);
            partitionsBefore = staged.partitions();
            return staged;
        } finally {
            // A compaction makes large files, in which dictionaries are worth more.
            if (hasShortPages) {
                session.conf().unset(PAGE_ROWS);
            }
        }
    }

    private static boolean pagesAreTold(SparkSession session) {
        return session.conf().contains(PAGE_ROWS)
                || session.sparkContext().hadoopConfiguration().get(PAGE_ROWS) != null;
    }

    /** A condition that every row meets, and that notes it. */
    private Column noted(TaskNotes<RowNotes> notes, IdentityPlaces places) {
        return udf(RowNotes.noting(notes), DataTypes.BooleanType)
                .asNondeterministic()
                .apply(
                        index.hash(),
                        places.ofRow(),
                        tombstone == null ? lit(false) : col(DeltaLocation.quoted(tombstone)));
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
     * partitions. Where these files are large enough, nothing is gained by moving the rows, and a partition that has most of them would be written by one
     * core.
     */
    private Dataset<Row> gathered(Dataset<Row> records, long read, List<String> partitionBy) {
        if (read <= SMALL) {
            return records.coalesce(1);
        }
        int tasks = records.sparkSession().sparkContext().defaultParallelism();
        return partitionsBefore <= FEW || read > SMALL * partitionsBefore * tasks
                ? records
                : records.repartition(partitionBy.stream()
                        .map(column -> col(DeltaLocation.quoted(column)))
                        .toArray(Column[]::new));
    }
}
