package io.hybridingest.sandbox.proof;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** How far the table is behind a topic, by the offsets that the job publishes. Thread-safe as the admin client is. */
final class KafkaLag {
    private static final long PATIENCE_SECONDS = 10;

    private final Admin admin;
    private final String topic;
    private final String group;
    private final int partitions;

    KafkaLag(Admin admin, String topic, String group, int partitions) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.partitions = partitions;
    }

    /**
     * Offsets between the end of the topic and what the group has; transactions count beside the records.
     *
     * @return -1 where the broker does not say
     */
    long offsetsBehind() {
        try {
            Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(
                            IntStream.range(0, partitions)
                                    .boxed()
                                    .collect(Collectors.toMap(
                                            number -> new TopicPartition(topic, number),
                                            number -> OffsetSpec.latest())),
                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetAndMetadata> taken = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return ends.entrySet().stream()
                    .mapToLong(end -> end.getValue().offset() - offset(taken.get(end.getKey())))
                    .sum();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return -1;
        } catch (ExecutionException | TimeoutException unavailable) {
            return -1;
        }
    }

    private static long offset(OffsetAndMetadata taken) {
        return taken == null ? 0 : taken.offset();
    }
}
