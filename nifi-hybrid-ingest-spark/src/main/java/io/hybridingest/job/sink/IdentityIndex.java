package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.VersionChecksum;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.apache.spark.sql.types.DataTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The identities of those partitions of a table that were written lately, as 64-bit hashes in the driver's memory: it says of most records
 * that they are new without opening a file. It can say so wrongly of none, as it knows every identity of the places that it knows, up to
 * a version of the table; that a record may be in the table it says wrongly of one in some billions.
 *
 * <p>A place is read when it is first asked for. After that the log tells what was added, by whomever. For one thread.
 */
final class IdentityIndex {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityIndex.class);

    /** With more versions to catch up with, it is cheaper, and safer, to read the places anew. */
    private static final long MOST_VERSIONS = 200;

    private final String identity;
    private final long capacity;
    private final Map<String, IdentityHashes> places = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> tooLarge = new HashSet<>();
    private final Set<Long> own = new TreeSet<>();
    private IdentityPlaces by = new IdentityPlaces(List.of(), false);
    private String id = "";
    private long version = -1;

    /**
     * @param identity column of the table
     * @param capacity most identities that are kept
     */
    IdentityIndex(String identity, long capacity) {
        this.identity = identity;
        this.capacity = capacity;
    }

    /** Column of the table. */
    String identity() {
        return identity;
    }

    /** What a row's identity is known by. */
    Column hash() {
        return xxhash64(col(identity));
    }

    /** Most identities of one write that it can be asked for. */
    long capacity() {
        return capacity;
    }

    /**
     * Whether a version of the table may hold one of these identities.
     *
     * @param table the version, not older than the one asked for before
     * @param by how places follow from files
     * @param hashes place → hashes, ascending
     * @return true also where there are too many identities to be known
     */
    boolean mayHold(SparkSession spark, DeltaLog log, Snapshot table, IdentityPlaces by, Map<String, long[]> hashes) {
        return !knows(spark, log, table, by, hashes.keySet())
                || hashes.entrySet().stream()
                        .anyMatch(place -> places.get(place.getKey()).containsAny(place.getValue()));
    }

    /**
     * Which of these identities a version of the table may hold.
     *
     * @param table the version, not older than the one asked for before
     * @param by how places follow from files
     * @param hashes place → hashes, ascending
     * @return hashes of identities, in no order; empty where there are too many identities to be known
     */
    Optional<LongStream> held(
            SparkSession spark, DeltaLog log, Snapshot table, IdentityPlaces by, Map<String, long[]> hashes) {
        return knows(spark, log, table, by, hashes.keySet())
                ? Optional.of(hashes.entrySet().stream()
                        .flatMapToLong(place -> places.get(place.getKey()).held(place.getValue())))
                : Optional.empty();
    }

    private boolean knows(SparkSession spark, DeltaLog log, Snapshot table, IdentityPlaces by, Set<String> wanted) {
        if (!by.equals(this.by) || !table.metadata().id().equals(id)) {
            forget();
            this.by = by;
            this.id = table.metadata().id();
        }
        catchUp(spark, log, table);
        version = table.version();
        own.removeIf(commit -> commit <= version);
        Set<String> unknown = new TreeSet<>(wanted);
        unknown.removeAll(places.keySet());
        if (unknown.stream().anyMatch(tooLarge::contains)) {
            return false;
        }
        if (!unknown.isEmpty() && !read(spark, log, table, unknown)) {
            return false;
        }
        makeRoom(wanted);
        return places.keySet().containsAll(wanted);
    }

    /** The identities that a version of the table has in some places: a row each, of the one column. */
    Dataset<Row> identities(DeltaLog log, Snapshot table, IdentityPlaces by, Set<String> wanted) {
        return rowsOf(log, table, filesOf(table, by, wanted)).select(col(identity));
    }

    /** Adds what this process has committed. */
    void added(long committed, Map<String, long[]> hashes) {
        if (committed == version + 1) {
            version = committed;
        } else {
            own.add(committed);
        }
        hashes.forEach((place, sorted) -> places.get(place).add(sorted));
        makeRoom(hashes.keySet());
    }

    private void forget() {
        places.clear();
        tooLarge.clear();
        own.clear();
    }

    private void catchUp(SparkSession spark, DeltaLog log, Snapshot table) {
        if (places.isEmpty() || table.version() <= version) {
            return;
        }
        List<AddFile> added = new ArrayList<>();
        if (table.version() - version > MOST_VERSIONS || !addedSince(log, table, added)) {
            forget();
            return;
        }
        if (!added.isEmpty()) {
            RowNotes.Summary rows = hashesOf(spark, log, table, added);
            if (!rows.isComplete()) {
                forget();
                return;
            }
            rows.hashes().forEach((place, sorted) -> places.get(place).add(sorted));
        }
    }

    /**
     * Collects the files that others have added to places that are known. Files that hold what was there before, as of a compaction, add no identity.
     *
     * @return false where that cannot be told
     */
    private boolean addedSince(DeltaLog log, Snapshot table, List<AddFile> added) {
        Iterator<Tuple2<Object, Seq<Action>>> commits =
                JavaConverters.asJavaIterator(log.getChanges(version + 1, table.version(), true));
        Set<String> paths = new HashSet<>();
        long expected = version + 1;
        while (commits.hasNext()) {
            Tuple2<Object, Seq<Action>> commit = commits.next();
            if ((Long) commit._1() != expected++) {
                return false;
            }
            if (own.remove(expected - 1)) {
                continue;
            }
            for (Action action : JavaConverters.seqAsJavaList(commit._2())) {
                if (action instanceof AddFile file && file.dataChange() && places.containsKey(by.of(file))) {
                    added.add(file);
                    paths.add(file.path());
                } else if (action instanceof RemoveFile file && paths.contains(file.path())) {
                    // Its rows are elsewhere by now, and it may be gone itself.
                    return false;
                }
            }
        }
        return expected == table.version() + 1;
    }

    private boolean read(SparkSession spark, DeltaLog log, Snapshot table, Set<String> wanted) {
        List<AddFile> found = filesOf(table, by, wanted);
        RowNotes.Summary rows = hashesOf(spark, log, table, found);
        if (!rows.isComplete()) {
            LOG.info("{} rows are more than can be known by heart; they are looked up in the table", rows.rows());
            tooLarge.addAll(wanted);
            return false;
        }
        for (String place : wanted) {
            IdentityHashes hashes = new IdentityHashes();
            hashes.add(rows.hashes().getOrDefault(place, new long[0]));
            places.put(place, hashes);
        }
        return true;
    }

    private static List<AddFile> filesOf(Snapshot table, IdentityPlaces by, Set<String> wanted) {
        if (isKnownToBeEmpty(table)) {
            return List.of();
        }
        Dataset<AddFile> files = table.allFiles();
        return by.columns().isEmpty()
                ? files.collectAsList()
                : files.where(by.ofLoggedFile().isin(wanted.toArray())).collectAsList();
    }

    /** Spares a new table the listing of its files, which takes seconds in a driver that has just begun. */
    private static boolean isKnownToBeEmpty(Snapshot table) {
        Option<VersionChecksum> checksum = table.checksumOpt();
        return checksum.isDefined() && checksum.get().numFiles() == 0;
    }

    private RowNotes.Summary hashesOf(SparkSession spark, DeltaLog log, Snapshot table, List<AddFile> files) {
        if (files.isEmpty()) {
            return RowNotes.summary(List.of());
        }
        TaskNotes<RowNotes> notes = TaskNotes.begin(spark, RowNotes.blank(capacity));
        Column noted = udf(RowNotes.noting(notes), DataTypes.BooleanType)
                .asNondeterministic()
                .apply(hash(), by.ofRow(), lit(false));
        long count = rowsOf(log, table, files).where(noted).count();
        return RowNotes.summary(notes.all()).ofExpected(count);
    }

    private static Dataset<Row> rowsOf(DeltaLog log, Snapshot table, List<AddFile> files) {
        return log.createDataFrame(table, JavaConverters.asScalaBuffer(files).toSeq(), false, Option.empty());
    }

    /** Forgets the places that were not asked for the longest, and those that are needed where they alone are too many. */
    private void makeRoom(Set<String> needed) {
        long held = places.values().stream().mapToLong(IdentityHashes::size).sum();
        for (boolean others : new boolean[] {true, false}) {
            Iterator<Map.Entry<String, IdentityHashes>> oldestFirst =
                    places.entrySet().iterator();
            while (held > capacity && oldestFirst.hasNext()) {
                Map.Entry<String, IdentityHashes> oldest = oldestFirst.next();
                if (needed.contains(oldest.getKey()) != others) {
                    held -= oldest.getValue().size();
                    oldestFirst.remove();
                    if (!others) {
                        tooLarge.add(oldest.getKey());
                    }
                }
            }
        }
    }
}
