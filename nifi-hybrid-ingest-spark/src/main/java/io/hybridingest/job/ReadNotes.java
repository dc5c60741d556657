package io.hybridingest.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import io.hybridingest.pipeline.Check;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;

/** What a task notes of the records that it reads: how many there are of each kind, and those for quarantine themselves. */
final class ReadNotes implements Serializable {
    private static final long serialVersionUID = 1;

    /** Bytes, or about as many, of refused records that a task brings to the driver. */
    private static final long MOST_OF_A_TASK = 4 * 1024 * 1024;

    /** The same of all tasks. */
    private static final long MOST_OF_ALL = 64 * 1024 * 1024;

    private final Set<String> files = new HashSet<>();
    private final List<Row> carried = new ArrayList<>();
    private final Check.Otherwise[] consequences;
    private final long[] failures;
    private final long watermark;
    private final long mostCarried;
    private final long[] fates = new long[Fate.values().length];
    private long late;
    private long newestMillis = Long.MIN_VALUE;
    private long carriedBytes;
    private transient String lastFile;

    /** Where a record goes. */
    private enum Fate {
        TABLE,
        NOWHERE,
        QUARANTINE
    }

    /**
     * Notes of all tasks.
     *
     * @param tally how many there are of each kind
     * @param refused what was to be carried of the refused records; empty where they are too many to be carried about
     */
    record Summary(BatchTally tally, Optional<List<Row>> refused) {}

    private ReadNotes(Check.Otherwise[] consequences, long watermark) {
        this.consequences = consequences;
        this.failures = new long[consequences.length];
        this.watermark = watermark;
        TaskContext task = TaskContext.get();
        this.mostCarried = task == null ? MOST_OF_A_TASK : Math.min(MOST_OF_A_TASK, MOST_OF_ALL / task.numPartitions());
    }

    /**
     * Begins the notes of a pass that is to come.
     *
     * @param watermark in milliseconds since 1970, 0 where there is none
     */
    static TaskNotes<ReadNotes> begin(Dataset<Row> evaluated, RecordChecks checks, long watermark) {
        Check.Otherwise[] consequences =
                checks.checks().stream().map(Check::otherwise).toArray(Check.Otherwise[]::new);
        return TaskNotes.begin(evaluated.sparkSession(), () -> new ReadNotes(consequences, watermark));
    }

    /** Counts in a pass of its own. */
    static BatchTally tally(Dataset<Row> evaluated, RecordChecks checks, Lane lane, long watermark) {
        TaskNotes<ReadNotes> notes = begin(evaluated, checks, watermark);
        evaluated.where(noting(notes, checks, lane, lit(null))).count();
        return summary(notes, checks).tally();
    }

    /**
     * A column that is to filter the records: true for those that go into the table.
     *
     * @param refused struct that the notes carry of a refused record
     */
    static Column noting(TaskNotes<ReadNotes> notes, RecordChecks checks, Lane lane, Column refused) {
        UDF5<Boolean, scala.collection.Seq<Boolean>, Long, String, Row, Boolean> note =
                (isProblem, passes, millis, origin, row) -> notes.ofTask().note(isProblem, passes, millis, origin, row);
        Column ofFile = lane == Lane.BATCH ? col(Envelope.ORIGIN) : lit(null).cast(DataTypes.StringType);
        // Spark may compute a column anew for each time that it is named here.
        return udf(note, DataTypes.BooleanType)
                .asNondeterministic()
                .apply(
                        BatchTally.isProblem(),
                        passes(checks),
                        col(Envelope.EVENT_MILLIS),
                        ofFile,
                        when(BatchTally.isRefused(checks), refused));
    }

    /** Whether a record passes each check; null where there is none. */
    private static Column passes(RecordChecks checks) {
        Column[] passes = checks.checks().stream().map(checks::passes).toArray(Column[]::new);
        return passes.length == 0 ? lit(null).cast("array<boolean>") : array(passes);
    }

    private boolean note(
            boolean isProblem, scala.collection.Seq<Boolean> passes, Long millis, String origin, Row refused) {
        Fate fate = isProblem ? Fate.QUARANTINE : fate(passes);
        fates[fate.ordinal()]++;
        if (millis != null) {
            newestMillis = Math.max(newestMillis, millis);
            late += millis < watermark ? 1 : 0;
        }
        if (origin != null) {
            noteFile(origin);
        }
        if (refused != null && carriedBytes <= mostCarried) {
            carry(refused);
        }
        return fate == Fate.TABLE;
    }

    private void noteFile(String origin) {
        int end = origin.lastIndexOf('#');
        int length = end < 0 ? origin.length() : end;
        if (lastFile == null || lastFile.length() != length || !origin.startsWith(lastFile)) {
            lastFile = origin.substring(0, length);
            files.add(lastFile);
        }
    }

    /** Notes which checks fail, and what follows from it. */
    private Fate fate(scala.collection.Seq<Boolean> passes) {
        boolean isRefused = false;
        boolean isDropped = false;
        for (int check = 0; check < failures.length; check++) {
            if (!passes.apply(check)) {
                failures[check]++;
                isRefused |= consequences[check] == Check.Otherwise.QUARANTINE;
                isDropped |= consequences[check] == Check.Otherwise.DROP;
            }
        }
        if (isRefused) {
            return Fate.QUARANTINE;
        }
        return isDropped ? Fate.NOWHERE : Fate.TABLE;
    }

    private void carry(Row refused) {
        carriedBytes += CarriedSize.of(refused);
        if (carriedBytes <= mostCarried) {
            carried.add(refused);
        } else {
            carried.clear();
        }
    }

    static Summary summary(TaskNotes<ReadNotes> notes, RecordChecks checks) {
        Collection<ReadNotes> tasks = notes.all();
        Set<String> files = new HashSet<>();
        List<Row> carried = new ArrayList<>();
        long[] fates = new long[Fate.values().length];
        Map<Check, Long> failures = new LinkedHashMap<>();
        long late = 0;
        long newest = Long.MIN_VALUE;
        boolean isAllCarried = true;
        for (ReadNotes task : tasks) {
            files.addAll(task.files);
            carried.addAll(task.carried);
            isAllCarried &= task.carriedBytes <= task.mostCarried;
            late += task.late;
            newest = Math.max(newest, task.newestMillis);
            Arrays.setAll(fates, fate -> fates[fate] + task.fates[fate]);
            for (int i = 0; i < task.failures.length; i++) {
                if (task.failures[i] > 0) {
                    failures.merge(checks.checks().get(i), task.failures[i], Long::sum);
                }
            }
        }
        BatchTally tally = new BatchTally(
                Arrays.stream(fates).sum(),
                fates[Fate.QUARANTINE.ordinal()],
                fates[Fate.TABLE.ordinal()],
                files.size(),
                late,
                newest == Long.MIN_VALUE ? null : Instant.ofEpochMilli(newest),
                failures);
        return new Summary(tally, isAllCarried ? Optional.of(carried) : Optional.empty());
    }
}
