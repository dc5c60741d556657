package io.hybridingest.job.sink;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF3;

/** What a task notes of the rows that it writes: their identities' hashes, by the partitions of the table where they can be. */
final class RowNotes implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int FIRST_CAPACITY = 1024;

    /** How many times its fair share one task may have of what all may note: the rows are seldom spread evenly. */
    private static final int UNEVEN = 4;

    private final long all;
    private final long most;
    private final Map<String, Hashes> places = new HashMap<>();
    private long rows;
    private long tombstones;
    private transient Map<Object, Hashes> known;
    private transient Object lastPlace;
    private transient Hashes last;

    private RowNotes(long all) {
        TaskContext task = TaskContext.get();
        this.all = all;
        this.most = task == null ? all : Math.min(all, UNEVEN * all / task.numPartitions());
    }

    private static final class Hashes implements Serializable {
        private static final long serialVersionUID = 1;

        private long[] hashes = new long[FIRST_CAPACITY];
        private int size;

        void add(long hash) {
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            hashes[size++] = hash;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            hashes = Arrays.copyOf(hashes, size);
            out.defaultWriteObject();
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(hashes, size);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    /**
     * Notes of all tasks.
     *
     * @param rows rows that went through
     * @param tombstones rows among them that delete
     * @param isComplete false where there were more than could be noted
     * @param hashes place → the hashes of its identities, ascending; empty where they are not complete
     */
    record Summary(long rows, long tombstones, boolean isComplete, Map<String, long[]> hashes) {
        /** The same; not complete where another number of rows was expected. */
        Summary ofExpected(long count) {
            return new Summary(rows, tombstones, isComplete && rows == count, hashes);
        }

        /** Whether two rows may have one identity. */
        boolean mayHoldAnIdentityTwice() {
            return twice().findAny().isPresent();
        }

        /** Hashes that more than one row has, once for each row more. */
        LongStream twice() {
            return hashes.values().stream().flatMapToLong(sorted -> IntStream.range(1, sorted.length)
                    .filter(i -> sorted[i - 1] == sorted[i])
                    .mapToLong(i -> sorted[i]));
        }
    }

    /**
     * Begins the notes of a task.
     *
     * @param all most rows whose hashes the tasks may note together
     */
    static TaskNotes.Blank<RowNotes> blank(long all) {
        return () -> new RowNotes(all);
    }

    /** A function of the identity's hash, its place as {@link IdentityPlaces#ofRow} has it, and whether the row deletes; notes them, and is always true. */
    static UDF3<Long, Object, Boolean, Boolean> noting(TaskNotes<RowNotes> notes) {
        return (hash, place, isTombstone) -> {
            notes.ofTask().note(hash, place, Boolean.TRUE.equals(isTombstone));
            return true;
        };
    }

    private void note(long hash, Object place, boolean isTombstone) {
        if (++rows > most) {
            places.clear();
            known = null;
            last = null;
            return;
        }
        if (isTombstone) {
            tombstones++;
        }
        if (last == null || !Objects.equals(place, lastPlace)) {
            lastPlace = place;
            last = ofPlace(place);
        }
        last.add(hash);
    }

    private Hashes ofPlace(Object place) {
        if (known == null) {
            known = new HashMap<>();
        }
        return known.computeIfAbsent(
                place, each -> places.computeIfAbsent(IdentityPlaces.text(each), text -> new Hashes()));
    }

    static Summary summary(Collection<RowNotes> tasks) {
        Map<String, long[]> hashes = new HashMap<>();
        long rows = 0;
        long tombstones = 0;
        boolean isComplete = true;
        for (RowNotes task : tasks) {
            rows += task.rows;
            tombstones += task.tombstones;
            isComplete &= task.rows <= task.most && rows <= task.all;
        }
        if (!isComplete) {
            return new Summary(rows, tombstones, false, Map.of());
        }
        for (RowNotes task : tasks) {
            task.places.forEach((place, noted) -> hashes.merge(place, noted.sorted(), IdentityHashes::merged));
        }
        return new Summary(rows, tombstones, isComplete, hashes);
    }
}
