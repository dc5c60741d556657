package io.hybridingest.job;

import io.hybridingest.job.ledger.Lane;
import io.hybridingest.job.sink.TaskNotes;
import io.hybridingest.job.source.Envelope;
import io.hybridingest.job.transform.RecordChecks;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** What a task notes of the records that it reads, as long as they are all fit for the table. */
final class ReadNotes implements Serializable {
    private static final long serialVersionUID = 1;

    private final Set<String> files = new HashSet<>();
    private final long watermark;
    private long records;
    private long late;
    private long newestMillis = Long.MIN_VALUE;
    private boolean isClean = true;
    private transient String lastFile;

    /**
     * Notes of all tasks.
     *
     * @param records records read
     * @param isClean whether each could be decoded and passed every check; else the numbers are of a part only
     * @param late records whose event time was behind the watermark
     * @param files files that gave records, 0 in the stream lane
     * @param newest newest time of a Kafka message, null for files
     */
    record Summary(long records, boolean isClean, long late, long files, Instant newest) {}

    private ReadNotes(long watermark) {
        this.watermark = watermark;
    }

    /** Begins the notes of a task of a micro-batch with this watermark, in milliseconds since 1970. */
    static TaskNotes.Blank<ReadNotes> blank(long watermark) {
        return () -> new ReadNotes(watermark);
    }

    /** A column that is to filter the records: true for each, until one is not fit for the table. */
    static Column noting(TaskNotes<ReadNotes> notes, RecordChecks checks, Lane lane) {
        UDF3<Boolean, Long, String, Boolean> note =
                (isFit, millis, file) -> notes.ofTask().note(isFit, millis, file);
        Column isFit =
                checks.checks().stream().map(checks::passes).reduce(functions.not(BatchTally.isProblem()), Column::and);
        Column file = lane == Lane.BATCH
                ? functions.substring_index(functions.col(Envelope.ORIGIN), "#", 1)
                : functions.lit(null).cast(DataTypes.StringType);
        return functions
                .udf(note, DataTypes.BooleanType)
                .asNondeterministic()
                .apply(isFit, functions.col(Envelope.EVENT_MILLIS), file);
    }

    private boolean note(boolean isFit, Long millis, String file) {
        isClean &= isFit;
        if (!isClean) {
            // The micro-batch is going to be read again: what is left of it is not worth writing.
            return false;
        }
        records++;
        if (millis != null) {
            newestMillis = Math.max(newestMillis, millis);
            late += millis < watermark ? 1 : 0;
        }
        if (file != null && !Objects.equals(file, lastFile)) {
            lastFile = file;
            files.add(file);
        }
        return true;
    }

    static Summary summary(Collection<ReadNotes> tasks) {
        Set<String> files = new HashSet<>();
        tasks.forEach(task -> files.addAll(task.files));
        long newest = tasks.stream().mapToLong(task -> task.newestMillis).max().orElse(Long.MIN_VALUE);
        return new Summary(
                tasks.stream().mapToLong(task -> task.records).sum(),
                tasks.stream().allMatch(task -> task.isClean),
                tasks.stream().mapToLong(task -> task.late).sum(),
                files.size(),
                newest == Long.MIN_VALUE ? null : Instant.ofEpochMilli(newest));
    }
}
