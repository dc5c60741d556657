package io.hybridingest.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;

/** What an administrator and the job do to a broker. */
final class Administration {
    private final KafkaBroker broker;

    Administration(KafkaBroker broker) {
        this.broker = broker;
    }

    /** Lets a user do something with everything whose name begins so. */
    void allow(String user, ResourceType type, String name, AclOperation... operations) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createAcls(bindings(user, type, name, operations)).all().get(10, TimeUnit.SECONDS);
        }
    }

    /** Takes back what {@link #allow} gave. */
    void revoke(String user, ResourceType type, String name, AclOperation... operations) throws Exception {
        List<AclBindingFilter> filters = bindings(user, type, name, operations).stream()
                .map(AclBinding::toFilter)
                .toList();
        try (Admin admin = broker.admin()) {
            assertThat(admin.deleteAcls(filters).all().get(10, TimeUnit.SECONDS))
                    .hasSize(operations.length);
        }
    }

    private static List<AclBinding> bindings(String user, ResourceType type, String name, AclOperation... operations) {
        return Stream.of(operations)
                .map(operation -> new AclBinding(
                        new ResourcePattern(type, name, PatternType.PREFIXED),
                        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    void send(String topic, int count) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            IntStream.range(0, count)
                    .forEach(number -> producer.send(new ProducerRecord<>(topic, "key " + number, "value")));
        }
    }

    /** As the job does after a commit to the table. */
    void commit(String group, Map<TopicPartition, Long> ends) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(
                            group,
                            ends.entrySet().stream()
                                    .collect(Collectors.toMap(
                                            Map.Entry::getKey, end -> new OffsetAndMetadata(end.getValue()))))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    Map<TopicPartition, Long> ends(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            Map<TopicPartition, OffsetSpec> question = admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions()
                    .stream()
                    .collect(Collectors.toMap(
                            partition -> new TopicPartition(topic, partition.partition()),
                            partition -> OffsetSpec.latest()));
            return admin.listOffsets(question).all().get(10, TimeUnit.SECONDS).entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        }
    }

    String config(String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = broker.admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get(10, TimeUnit.SECONDS)
                    .get(resource)
                    .get(name)
                    .value();
        }
    }

    void deleteGroup(String group) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteConsumerGroups(List.of(group)).all().get(10, TimeUnit.SECONDS);
        }
    }

    void addPartitions(String topic, int total) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    /** What retention does to records that nobody read in time. */
    void deleteAll(String topic) throws Exception {
        Map<TopicPartition, RecordsToDelete> everything = ends(topic).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, end -> RecordsToDelete.beforeOffset(end.getValue())));
        try (Admin admin = broker.admin()) {
            admin.deleteRecords(everything).all().get(10, TimeUnit.SECONDS);
        }
    }

    void deleteTopic(String topic) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
        }
    }
}
