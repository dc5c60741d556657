package io.hybridingest.kafka;

import java.time.Duration;
import java.util.Objects;

/**
 * How far the table may be behind the topic.
 *
 * @param records records that the table may lack
 * @param age how long a record may wait in the topic; null for any time
 * @param stalledAfter how long the job's offsets may stand still while records wait, before people are told
 */
public record LagLimit(long records, Duration age, Duration stalledAfter) {
    /** Where publishing goes on again, so that it does not flutter around the limit. */
    private static final double REOPEN = 0.8;

    public LagLimit {
        Objects.requireNonNull(stalledAfter, "stalledAfter");
    }

    boolean exceededBy(JobLag.Known lag) {
        return lag.records() > records || age != null && lag.age().compareTo(age) > 0;
    }

    /** Whether the job has caught up far enough to go on. */
    boolean keptBy(JobLag.Known lag) {
        boolean few = lag.records() < records * REOPEN || lag.records() == 0;
        return few && (age == null || lag.age().toMillis() < age.toMillis() * REOPEN);
    }
}
