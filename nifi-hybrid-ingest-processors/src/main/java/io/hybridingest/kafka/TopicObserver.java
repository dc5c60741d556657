package io.hybridingest.kafka;

/**
 * Looks at the pipeline's topic from outside. Every method asks the cluster and may block for several seconds. Safe for
 * several threads.
 */
public interface TopicObserver extends AutoCloseable {
    /** @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked */
    TopicState state();

    /**
     * Records that the topic is ahead of the job, over all partitions: end offset minus the offset that the job
     * published. A partition that the job has not published an offset for counts from its first record, so that a
     * publisher that starts long before the job is held back as well. Transaction markers count as records.
     *
     * @throws org.apache.kafka.common.KafkaException where the cluster cannot be asked
     */
    long lag();

    @Override
    void close();
}
