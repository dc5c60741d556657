package io.hybridingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic is made.
 *
 * @param partitions number of partitions, at least 1
 * @param replicationFactor number of brokers that hold each partition, at least 1, or {@link #BROKERS_DEFAULT}
 * @param minInSyncReplicas brokers that must have a record before it counts as written; null for the brokers' default
 * @param retention how long records are kept, counted from their event time; null for the brokers' default
 */
public record NewTopicSettings(int partitions, short replicationFactor, Integer minInSyncReplicas, Duration retention) {
    /** Kafka's own way to leave the replication factor to {@code default.replication.factor} of the brokers. */
    public static final short BROKERS_DEFAULT = -1;

    public NewTopicSettings {
        boolean replicated = replicationFactor != BROKERS_DEFAULT;
        if (partitions < 1 || (replicated && replicationFactor < 1)) {
            throw new IllegalArgumentException(
                    "A topic has at least one partition and one replica: set Topic Partitions and "
                            + "Topic Replication Factor to 1 or more, or the factor to -1 for the brokers' default");
        }
        if (minInSyncReplicas != null
                && (minInSyncReplicas < 1 || (replicated && minInSyncReplicas > replicationFactor))) {
            throw new IllegalArgumentException("A topic with " + replicationFactor + " replicas cannot demand that "
                    + minInSyncReplicas + " are in sync: choose a number from 1 to " + replicationFactor);
        }
    }

    /** Partitions and replicas, for the middle of a sentence. */
    public String size() {
        String replicas = replicationFactor == BROKERS_DEFAULT
                ? "as many brokers each as default.replication.factor of the brokers says"
                : replicationFactor + " brokers each";
        return partitions + " partitions on " + replicas;
    }

    NewTopic named(String topic) {
        Map<String, String> configs = new HashMap<>();
        // Event time is the Kafka timestamp, whatever the brokers do by default.
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        if (minInSyncReplicas != null) {
            configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, minInSyncReplicas.toString());
        }
        if (retention != null) {
            configs.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        }
        return new NewTopic(topic, partitions, replicationFactor).configs(configs);
    }
}
