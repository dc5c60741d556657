package io.hybridingest.kafka;

import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;

/** What the cluster says about the topic. */
public sealed interface TopicState {
    /**
     * The topic exists.
     *
     * @param partitions number of partitions
     * @param mayWrite whether the brokers let this user write to it
     * @param lag how far the job is
     * @param settings the topic's settings; null where this user may not read them
     * @param at when the cluster was asked
     */
    record Present(int partitions, boolean mayWrite, JobLag lag, TopicSettings settings, Instant at)
            implements TopicState {
        public Present {
            Objects.requireNonNull(lag, "lag");
            Objects.requireNonNull(at, "at");
        }
    }

    /** There is no such topic; the message says how to make it, or why it could not be made. */
    record Missing(String message) implements TopicState {}

    /** The cluster cannot be asked, or was not asked yet: nothing is known, which is not the same as nothing wrong. */
    record Unknown(KafkaException why) implements TopicState {}

    /** The sentence for a topic that does not exist. */
    static String missing(String topic, String bootstrapServers) {
        return "Topic " + topic + " does not exist at " + bootstrapServers
                + ": create it with the partitions and replicas you want, for example kafka-topics.sh --bootstrap-server "
                + bootstrapServers + " --create --topic " + topic
                + " --partitions 6 --replication-factor 3, or let Create Topic do it";
    }
}
