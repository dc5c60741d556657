package io.hybridingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the cluster with an admin client of its own. */
public final class AdminTopicObserver implements TopicObserver {
    private final Admin admin;
    private final String topic;
    private final String group;
    private final String bootstrapServers;

    private AdminTopicObserver(Admin admin, String topic, String group, String bootstrapServers) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Opens an admin client for the topic and the consumer group of the plan's pipeline.
     *
     * @param patience how long one question may take
     */
    public static TopicObserver connect(PublishPlan plan, Duration patience) {
        String client = plan.settings().transactionalIdPrefix() + "-observer";
        return new AdminTopicObserver(
                Admin.create(configuration(plan.settings().clientProperties(), patience, client)),
                plan.topic(),
                plan.pipeline().name(),
                plan.settings().bootstrapServers());
    }

    @Override
    public TopicState state() {
        try {
            return new TopicState.Present(describe().partitions().size());
        } catch (UnknownTopicOrPartitionException e) {
            return new TopicState.Missing(TopicState.missing(topic, bootstrapServers));
        }
    }

    @Override
    public long lag() {
        List<TopicPartition> partitions = describe().partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> done = new HashMap<>(offsets(partitions, OffsetSpec.earliest()));
        published().forEach((partition, offset) -> {
            if (offset != null) {
                // After retention took records that the job never saw, only what is left can still be read.
                done.computeIfPresent(partition, (same, first) -> Math.max(first, offset.offset()));
            }
        });
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - done.get(end.getKey())))
                .sum();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }

    private TopicDescription describe() {
        return answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    }

    private Map<TopicPartition, OffsetAndMetadata> published() {
        try {
            return answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (GroupIdNotFoundException e) {
            return Map.of();
        }
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> which));
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                answer(admin.listOffsets(question).all());
        return answer.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .offset()));
    }

    /** Admin client properties: those of the cluster that such a client knows, and limits so that no question hangs. */
    static Map<String, Object> configuration(Map<String, String> clientProperties, Duration patience, String client) {
        Set<String> known = AdminClientConfig.configNames();
        Map<String, Object> configuration = new HashMap<>();
        clientProperties.forEach((name, value) -> {
            if (known.contains(name)) {
                configuration.put(name, value);
            }
        });
        String millis = Long.toString(patience.toMillis());
        configuration.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis);
        configuration.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        configuration.put(CommonClientConfigs.CLIENT_ID_CONFIG, "hybrid-ingest-" + client);
        return configuration;
    }

    /** Waits for an answer; what the cluster refused comes as the exception it refused with. */
    static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException known) {
                throw known;
            }
            throw new KafkaException(e.getCause());
        }
    }
}
