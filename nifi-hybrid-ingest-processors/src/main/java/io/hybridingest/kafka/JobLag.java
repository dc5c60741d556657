package io.hybridingest.kafka;

import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;

/** How far the table is behind the topic. */
public sealed interface JobLag {
    /**
     * What the offsets of the topic and of the job's consumer group say.
     *
     * @param records records in the topic that the table lacks, transaction markers included
     * @param age how long the oldest of them has waited in the topic, counted from when it was published and not from its
     *     event time; zero where none waits
     * @param ageIsMinimum whether it has waited longer than anybody has watched, so that {@code age} is the least it can be
     * @param unmoved how long the job's offsets have stood still while records wait; zero where none waits
     * @param group whether the job has published offsets
     */
    record Known(long records, Duration age, boolean ageIsMinimum, Duration unmoved, Group group) implements JobLag {
        public Known {
            Objects.requireNonNull(age, "age");
            Objects.requireNonNull(unmoved, "unmoved");
            Objects.requireNonNull(group, "group");
        }
    }

    /** The offsets cannot be read, though the topic can: an authorisation is missing, mostly. */
    record Unknown(KafkaException why) implements JobLag {}

    /** Whether the job has published offsets. */
    enum Group {
        /** It has. */
        PUBLISHED,
        /** It never has, as far as anybody knows: the whole topic waits for it. */
        ABSENT,
        /**
         * It had, and the brokers have forgotten them since. What the table held then, it still holds: the last offsets that
         * were seen go on to count.
         */
        GONE
    }
}
