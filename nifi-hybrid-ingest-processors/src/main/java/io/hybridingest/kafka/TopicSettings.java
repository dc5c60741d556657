package io.hybridingest.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The settings of a topic that decide how long a record survives in it and whether it gets in at all.
 *
 * @param retention how long records are kept, counted from their timestamp; null for as long as there is room
 * @param stampsArrival whether the brokers replace the event time by the time of arrival
 * @param oldest how far before now a timestamp may be; null for any
 * @param newest how far after now a timestamp may be; null for any
 * @param compacted whether only the newest record of each key is kept
 * @param durability how many brokers have a record; null where that is not known
 */
public record TopicSettings(
        Duration retention,
        boolean stampsArrival,
        Duration oldest,
        Duration newest,
        boolean compacted,
        Durability durability) {

    /**
     * How many brokers have a record.
     *
     * @param brokers number of brokers of the cluster
     * @param replicas number of brokers that hold the partition that has fewest
     * @param minInSyncReplicas number of brokers that must have a record before it counts as written
     */
    public record Durability(int brokers, int replicas, int minInSyncReplicas) {}

    /**
     * @param configs names and values as the brokers report them
     * @param brokers number of brokers of the cluster
     * @param replicas number of brokers that hold the partition that has fewest
     */
    static TopicSettings of(Map<String, String> configs, int brokers, int replicas) {
        String policy = Objects.requireNonNullElse(configs.get(TopicConfig.CLEANUP_POLICY_CONFIG), "delete");
        return new TopicSettings(
                policy.contains("delete") ? limit(configs.get(TopicConfig.RETENTION_MS_CONFIG)) : null,
                "LogAppendTime".equals(configs.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)),
                limit(configs.get(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)),
                limit(configs.get(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)),
                policy.contains("compact"),
                new Durability(
                        brokers,
                        replicas,
                        Integer.parseInt(configs.getOrDefault(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"))));
    }

    /** Older brokers do not know every setting; -1 and the largest number mean no limit. */
    private static Duration limit(String millis) {
        if (millis == null) {
            return null;
        }
        long value = Long.parseLong(millis);
        return value < 0 || value == Long.MAX_VALUE ? null : Duration.ofMillis(value);
    }
}
