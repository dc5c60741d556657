package io.hybridingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the cluster with an admin client of its own. */
final class AdminTopicReader implements TopicReader {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Admin admin;

    AdminTopicReader(Admin admin) {
        this.admin = admin;
    }

    /**
     * @param patience how long one question may take
     * @throws KafkaException where the client cannot be made, such as for want of a token
     */
    static TopicReader open(Map<String, String> clientProperties, Duration patience) {
        return new AdminTopicReader(Admin.create(configuration(clientProperties, patience, "topics")));
    }

    @Override
    public Optional<Description> describe(String topic) {
        DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        try {
            TopicDescription description = answer(
                            admin.describeTopics(List.of(topic), options).allTopicNames())
                    .get(topic);
            // Brokers that know no authorised operations report none at all.
            Set<AclOperation> may = description.authorizedOperations();
            return Optional.of(
                    new Description(description.partitions().size(), may == null || may.contains(AclOperation.WRITE)));
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    @Override
    public Map<Integer, PartitionPosition> positions(String topic, String group, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<TopicPartition, OffsetAndMetadata> published = published(group);
        Map<TopicPartition, Long> firsts = offsets(all, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
        return all.stream().collect(Collectors.toMap(TopicPartition::partition, partition -> {
            OffsetAndMetadata offset = published.get(partition);
            return new PartitionPosition(
                    firsts.get(partition), ends.get(partition), offset == null ? null : offset.offset());
        }));
    }

    @Override
    public Optional<TopicSettings> settings(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config =
                    answer(admin.describeConfigs(List.of(resource)).all()).get(resource);
            Map<String, String> values = new HashMap<>();
            for (ConfigEntry entry : config.entries()) {
                values.put(entry.name(), entry.value());
            }
            return Optional.of(TopicSettings.of(values, brokers(), replicas(topic)));
        } catch (AuthorizationException | UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    private int brokers() {
        return answer(admin.describeCluster().nodes()).size();
    }

    private int replicas(String topic) {
        return answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }

    @Override
    public void create(String topic, NewTopicSettings settings) {
        try {
            answer(admin.createTopics(List.of(settings.named(topic))).all());
        } catch (TopicExistsException e) {
            // Another node of the same flow was first; its settings are these.
        }
    }

    @Override
    public void close() {
        admin.close(CLOSE_LIMIT);
    }

    private Map<TopicPartition, OffsetAndMetadata> published(String group) {
        try {
            return answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (GroupIdNotFoundException e) {
            return Map.of();
        }
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> question =
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
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
