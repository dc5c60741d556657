package io.hybridingest.job.source;

import io.hybridingest.job.ledger.StreamStart;
import io.hybridingest.job.ledger.TopicState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The pipeline's topic as an administrator sees it: which partitions it has, and the consumer group under which the job
 * publishes how far the table is. Safe for use by several threads; close it once.
 */
public final class KafkaTopic implements StreamStart.Topic, AutoCloseable {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final int MOST_POLLS = 30;

    private final String topic;
    private final Admin admin;
    private final Map<String, Object> reading;

    /**
     * Connects lazily: nothing is sent before the first call.
     *
     * @param properties Kafka client properties with {@code bootstrap.servers}
     */
    public KafkaTopic(String topic, Map<String, String> properties) {
        this.topic = topic;
        Map<String, Object> settings = new HashMap<>(properties);
        settings.remove("isolation.level");
        // A request limit for producers may be longer than any question here lasts, and Kafka takes no client of which
        // that is so.
        settings.put("default.api.timeout.ms", Math.toIntExact(REQUEST_LIMIT.toMillis()));
        settings.put("request.timeout.ms", Math.toIntExact(REQUEST_LIMIT.toMillis() / 2));
        this.admin = Admin.create(settings);
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        this.reading = settings;
    }

    @Override
    public String name() {
        return topic;
    }

    /**
     * Whether there is such a topic, and it can be read: of one that was just made not all partitions can.
     *
     * @throws KafkaUnreachableException where no broker answers
     */
    public boolean isThere() throws InterruptedException {
        return state().isPresent();
    }

    /**
     * The topic as it is now, where it was there before.
     *
     * @throws TopicRemadeException where there is none any more
     * @throws KafkaUnreachableException where no broker answers
     */
    @Override
    public TopicState now() throws InterruptedException {
        return state().orElseThrow(() -> new TopicRemadeException(topic));
    }

    private Optional<TopicState> state() throws InterruptedException {
        return ask(() -> {
            TopicDescription description = describe();
            return new TopicState(
                    topic,
                    description.topicId().toString(),
                    offsets(description, OffsetSpec.earliest()),
                    offsets(description, OffsetSpec.latest()));
        });
    }

    /**
     * The id that Kafka gave the topic when it was made; empty where there is no such topic.
     *
     * @throws KafkaUnreachableException where no broker answers
     */
    Optional<String> id() throws InterruptedException {
        return ask(() -> describe().topicId().toString());
    }

    /** What is asked of the brokers. */
    @FunctionalInterface
    private interface Question<T> {
        T answer() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /**
     * Whether the topic has a record between offsets, or only transaction markers and what was aborted.
     *
     * @param from partition → first offset
     * @param to partition → offset after the last one; partitions that are not there do not count
     * @throws KafkaUnreachableException where no broker answers
     */
    @Override
    public boolean hasRecords(SortedMap<Integer, Long> from, SortedMap<Integer, Long> to) {
        Map<TopicPartition, Long> open = new HashMap<>();
        from.forEach((partition, first) -> {
            Long end = to.get(partition);
            if (end != null && first < end) {
                open.put(new TopicPartition(topic, partition), end);
            }
        });
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(open.keySet());
            open.keySet().forEach(partition -> consumer.seek(partition, from.get(partition.partition())));
            for (int polls = 0; !open.isEmpty(); polls++) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(REQUEST_LIMIT.dividedBy(MOST_POLLS))) {
                    Long end = open.get(new TopicPartition(topic, message.partition()));
                    if (end != null && message.offset() < end) {
                        return true;
                    }
                }
                open.entrySet().removeIf(partition -> consumer.position(partition.getKey()) >= partition.getValue());
                if (polls > MOST_POLLS) {
                    throw new KafkaUnreachableException(
                            topic, new TimeoutException("the offsets before " + to + " cannot be read"));
                }
            }
            return false;
        } catch (KafkaException e) {
            throw new KafkaUnreachableException(topic, e);
        }
    }

    private <T> Optional<T> ask(Question<T> question) throws InterruptedException {
        try {
            return Optional.of(question.answer());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new KafkaUnreachableException(topic, e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaUnreachableException(topic, e);
        }
    }

    private TopicDescription describe() throws InterruptedException, ExecutionException, TimeoutException {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get(REQUEST_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .get(topic);
    }

    private SortedMap<Integer, Long> offsets(TopicDescription description, OffsetSpec spec)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        for (TopicPartitionInfo partition : description.partitions()) {
            question.put(new TopicPartition(topic, partition.partition()), spec);
        }
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        admin.listOffsets(question)
                .all()
                .get(REQUEST_LIMIT.toSeconds(), TimeUnit.SECONDS)
                .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        return offsets;
    }

    /**
     * Sets the offsets of a consumer group without members, for any tool that shows the lag of consumer groups.
     *
     * @param group the pipeline's name
     * @param ends topic → partition → next offset to read; other topics than this one are left out
     * @throws KafkaUnreachableException where the brokers do not take them
     */
    public void publish(String group, SortedMap<String, SortedMap<Integer, Long>> ends) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        ends.getOrDefault(topic, new TreeMap<>())
                .forEach((partition, end) ->
                        offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(end)));
        if (offsets.isEmpty()) {
            return;
        }
        try {
            admin.alterConsumerGroupOffsets(group, offsets).all().get(REQUEST_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaUnreachableException(topic, e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaUnreachableException(topic, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
