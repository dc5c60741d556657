package io.hybridingest.kafka;

import io.hybridingest.kafka.JobLag.Group;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Turns positions, read again and again, into the job's lag. The Kafka timestamp of a record is its event time, and so it
 * does not say when the record was published; what does is when the end of its partition moved past it. So each
 * partition's end is remembered for as long as the job is behind it. Not safe for several threads.
 */
final class LagHistory {
    /** Remembered ends of a partition: at one reading every two seconds, over half an hour before they get coarser. */
    private static final int REMEMBERED = 1024;

    private final Map<Integer, Partition> partitions = new HashMap<>();
    private boolean everPublished;
    private Instant movedAt;

    /** @param positions by partition, never null */
    JobLag.Known add(Instant now, Map<Integer, PartitionPosition> positions) {
        boolean published = positions.values().stream().anyMatch(position -> position.published() != null);
        everPublished |= published;
        long records = 0;
        Duration age = Duration.ZERO;
        boolean minimum = false;
        boolean moved = movedAt == null;
        for (Map.Entry<Integer, PartitionPosition> entry : positions.entrySet()) {
            Partition partition = partitions.computeIfAbsent(entry.getKey(), key -> new Partition());
            moved |= partition.add(now, entry.getValue());
            records += partition.waiting();
            Duration waited = partition.age(now);
            if (waited.compareTo(age) >= 0) {
                minimum = partition.ageIsMinimum() && partition.waiting() > 0;
                age = waited;
            }
        }
        if (moved || records == 0 || now.isBefore(movedAt)) {
            movedAt = now;
        }
        Group group = published ? Group.PUBLISHED : everPublished ? Group.GONE : Group.ABSENT;
        return new JobLag.Known(records, age, minimum, Duration.between(movedAt, now), group);
    }

    /** Number of remembered ends over all partitions. */
    int remembered() {
        return partitions.values().stream()
                .mapToInt(partition -> partition.ends.size())
                .sum();
    }

    /** One end of a partition, and from when until when it was seen. */
    private record End(long offset, Instant firstSeen, Instant lastSeen) {}

    /** One partition's memory. */
    private static final class Partition {
        private final List<End> ends = new ArrayList<>();
        private Long published;
        private long done;

        /** Whether the job moved since the last time. */
        boolean add(Instant now, PartitionPosition position) {
            Long before = published;
            if (position.published() != null) {
                published = position.published();
            }
            if (published != null && published > position.end()) {
                // The topic was made anew: what the job had of the old one says nothing about this one.
                published = null;
                ends.clear();
            }
            // After retention took records that the job never saw, only what is left can still be read.
            done = published == null ? position.first() : Math.max(position.first(), published);
            remember(position.end(), now);
            return !Objects.equals(published, before);
        }

        private void remember(long end, Instant now) {
            boolean same = !ends.isEmpty() && ends.getLast().offset() == end;
            Instant firstSeen = same ? ends.removeLast().firstSeen() : now;
            ends.add(new End(end, firstSeen, now));
            while (ends.size() > 1 && ends.get(1).offset() <= done) {
                ends.removeFirst();
            }
            if (ends.size() > REMEMBERED) {
                for (int index = ends.size() - 2; index > 0; index -= 2) {
                    ends.remove(index);
                }
            }
        }

        long waiting() {
            return Math.max(0, ends.getLast().offset() - done);
        }

        /** The oldest waiting record came after the last moment at which the end was not yet past it. */
        Duration age(Instant now) {
            if (waiting() == 0) {
                return Duration.ZERO;
            }
            End first = ends.getFirst();
            Duration age = Duration.between(ageIsMinimum() ? first.firstSeen() : first.lastSeen(), now);
            return age.isNegative() ? Duration.ZERO : age;
        }

        /** Whether it waited already when it was first looked for. */
        boolean ageIsMinimum() {
            return ends.getFirst().offset() > done;
        }
    }
}
