package io.hybridingest.kafka;

import java.util.Map;
import java.util.Optional;

/**
 * Asks the cluster. Every method may block for the patience it was opened with. Used by one thread at a time.
 */
interface TopicReader extends AutoCloseable {
    /**
     * What describes a topic.
     *
     * @param partitions number of partitions
     * @param mayWrite whether this user may write to it
     */
    record Description(int partitions, boolean mayWrite) {}

    /**
     * @return empty where there is no such topic
     * @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked or denies the answer
     */
    Optional<Description> describe(String topic);

    /**
     * Positions by partition; the job's are read before the ends, so that none is beyond an end by mere chance.
     *
     * @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked or denies the answer
     */
    Map<Integer, PartitionPosition> positions(String topic, String group, int partitions);

    /**
     * @return empty where this user may not read the settings
     * @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked
     */
    Optional<TopicSettings> settings(String topic);

    /**
     * Makes the topic; does nothing where somebody else just did.
     *
     * @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked or refuses
     */
    void create(String topic, NewTopicSettings settings);

    @Override
    void close();
}
