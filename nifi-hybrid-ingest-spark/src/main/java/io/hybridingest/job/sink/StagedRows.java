package io.hybridingest.job.sink;

import io.hybridingest.job.ledger.CommitMetadata;
import io.hybridingest.job.ledger.TableLedger;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Rows of a micro-batch that are written to files which no version of the table has yet. They become part of it where all of their identities
 * are new, else they are thrown away.
 *
 * <p>The commit says that the whole table was read: another one in between fails it, also one that only adds, and what it added is looked at
 * before the next attempt, for which nothing is written again.
 */
public final class StagedRows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StagedRows.class);

    /** With more versions in between it is cheaper to begin anew. */
    private static final long MOST_VERSIONS = 200;

    private final SparkSession spark;
    private final DeltaLog log;
    private final IdentityIndex index;
    private final IdentityPlaces places;
    private final TableLedger ledger;
    private final Attempts attempts;
    private final boolean isWhole;
    private final Snapshot written;
    private final Seq<FileAction> files;
    private final RowNotes.Summary rows;
    private OptimisticTransaction first;
    private boolean mayBeCommitted;
    private boolean isDiscarded;

    private StagedRows(
            SparkSession spark,
            DeltaLog log,
            IdentityIndex index,
            IdentityPlaces places,
            TableLedger ledger,
            Attempts attempts,
            boolean isWhole,
            OptimisticTransaction first,
            Seq<FileAction> files,
            RowNotes.Summary rows) {
        this.spark = spark;
        this.log = log;
        this.index = index;
        this.places = places;
        this.ledger = ledger;
        this.attempts = attempts;
        this.isWhole = isWhole;
        this.first = first;
        this.written = first.snapshot();
        this.files = files;
        this.rows = rows;
    }

    /**
     * Writes the files.
     *
     * @param rows all columns of the table that the pipeline gives, and so noted that {@code notes} has them afterwards
     * @param attempts told how the commit went
     * @param isWhole false where rows were left out that the transaction's version has
     */
    static StagedRows write(
            Dataset<Row> rows,
            OptimisticTransaction transaction,
            TaskNotes<RowNotes> notes,
            IdentityIndex index,
            IdentityPlaces places,
            TableLedger ledger,
            Attempts attempts,
            boolean isWhole) {
        Seq<FileAction> files = transaction.writeFiles(rows);
        return new StagedRows(
                rows.sparkSession(),
                transaction.deltaLog(),
                index,
                places,
                ledger,
                attempts,
                isWhole,
                transaction,
                files,
                RowNotes.summary(notes.all()));
    }

    /** Rows that delete, among all. */
    public long tombstones() {
        return rows.tombstones();
    }

    /** How many there are. */
    public long rows() {
        return rows.rows();
    }

    /** Partitions of the table that the rows are in. */
    int partitions() {
        Set<Map<String, String>> partitions = new HashSet<>();
        added().forEach(file -> partitions.add(JavaConverters.mapAsJavaMap(file.partitionValues())));
        return partitions.size();
    }

    private List<AddFile> added() {
        return JavaConverters.seqAsJavaList(files).stream()
                .filter(AddFile.class::isInstance)
                .map(AddFile.class::cast)
                .toList();
    }

    /**
     * Makes the rows part of the table where the table has none of their identities, and none comes twice.
     *
     * @return rows inserted; empty, and the files deleted, where an identity may be there already
     */
    public OptionalLong commit(CommitMetadata metadata) {
        OptionalLong inserted = OptionalLong.empty();
        try {
            if (isSelfConsistent()) {
                CommitMetadata told = metadata.withRows(metadata.rows().withInserted(rows.rows()));
                inserted = DeltaCommits.retried(() -> attempt(told));
            }
        } finally {
            attempts.tried(inserted.isPresent());
            if (inserted.isEmpty()) {
                close();
            }
        }
        return inserted;
    }

    /** Whether no identity comes twice, or was in the table when the rows were written. */
    public boolean areNew() {
        boolean areNew = isSelfConsistent() && !index.mayHold(spark, log, written, places, rows.hashes());
        if (!areNew) {
            attempts.tried(false);
        }
        return areNew;
    }

    /** Whether the notes are about exactly what was written. */
    private boolean isSelfConsistent() {
        if (!rows.isComplete() || rows.mayHoldAnIdentityTwice()) {
            return false;
        }
        Set<String> ofFiles = new HashSet<>();
        added().forEach(file -> ofFiles.add(places.of(file)));
        if (!places.columns().isEmpty() && !ofFiles.equals(rows.hashes().keySet())) {
            LOG.warn(
                    "The log names partitions of {} otherwise than Spark does; identities are looked up in the table",
                    log.dataPath());
            return false;
        }
        return true;
    }

    private OptionalLong attempt(CommitMetadata metadata) {
        OptimisticTransaction transaction = first == null ? log.startTransaction() : first;
        // Another attempt begins with the table as it is then.
        first = null;
        transaction.readWholeTable();
        Snapshot table = transaction.snapshot();
        if (!isAsWrittenFor(table)
                || !hasWhatOthersWereLeftOutFor(table)
                || index.mayHold(spark, log, table, places, rows.hashes())) {
            return OptionalLong.empty();
        }
        // Asked within the transaction: a newer run that claims the table from here on makes this commit fail.
        String told = ledger.userMetadata(metadata);
        mayBeCommitted = true;
        long version = transaction.commit(
                JavaConverters.asScalaBuffer(List.<Action>copyOf(JavaConverters.seqAsJavaList(files)))
                        .toSeq(),
                new DeltaOperations.Write(
                        SaveMode.Append,
                        Option.apply(table.metadata().partitionColumns()),
                        Option.empty(),
                        Option.apply(told)));
        index.added(version, rows.hashes());
        return OptionalLong.of(rows.rows());
    }

    /** Whether the table still has the rows for which others were left out: since then rows were added or moved, but none deleted. */
    private boolean hasWhatOthersWereLeftOutFor(Snapshot table) {
        if (isWhole || table.version() == written.version()) {
            return true;
        }
        if (table.version() - written.version() > MOST_VERSIONS) {
            return false;
        }
        Iterator<Tuple2<Object, Seq<Action>>> commits =
                JavaConverters.asJavaIterator(log.getChanges(written.version() + 1, table.version(), true));
        while (commits.hasNext()) {
            if (JavaConverters.seqAsJavaList(commits.next()._2()).stream()
                    .anyMatch(action -> action instanceof RemoveFile file && file.dataChange())) {
                return false;
            }
        }
        return true;
    }

    /** Whether the table still has the form that the files were written for. */
    private boolean isAsWrittenFor(Snapshot table) {
        return table.metadata().schemaString().equals(written.metadata().schemaString())
                && table.metadata().partitionColumns().equals(written.metadata().partitionColumns())
                && table.metadata()
                        .configuration()
                        .get(PartitionPruning.PROPERTY)
                        .equals(written.metadata().configuration().get(PartitionPruning.PROPERTY))
                && table.protocol().equals(written.protocol());
    }

    /**
     * Throws the files away, but not where a commit was tried: one that seemed to fail may have been made. What no version knows is deleted by
     * {@code VACUUM}.
     */
    @Override
    public void close() {
        if (mayBeCommitted || isDiscarded) {
            return;
        }
        isDiscarded = true;
        try {
            FileSystem storage = log.dataPath().getFileSystem(log.newDeltaHadoopConf());
            for (AddFile file : added()) {
                storage.delete(new Path(log.dataPath(), file.sparkPath().toPath()), false);
            }
        } catch (IOException e) {
            LOG.warn("Files of a write that was given up stay in {}: {}", log.dataPath(), e.toString());
        }
    }
}
