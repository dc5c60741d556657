package io.hybridingest.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Configuration of the producers. The cluster's properties may tune them, but not weaken what delivery rests on:
 * acknowledgement by all replicas and idempotence.
 */
final class ProducerSettings {
    /** Larger batches than Kafka's default: they double the throughput of small records at the price of 20 ms. */
    private static final Map<String, String> TUNED = Map.of(
            ProducerConfig.LINGER_MS_CONFIG, "20",
            ProducerConfig.BATCH_SIZE_CONFIG, "262144",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864",
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "20000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");

    private static final String DEFAULT_MAX_REQUEST_SIZE = "1048576";

    private ProducerSettings() {}

    /** @param slot number of the task, from 0; with prefix and node it makes the stable transactional id */
    static Map<String, Object> of(PublishSettings settings, int slot) {
        Map<String, Object> configuration = new HashMap<>(TUNED);
        configuration.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG, settings.compression().getValue());
        Set<String> foreign = namesOfOtherClients();
        settings.clientProperties().forEach((name, value) -> {
            if (!foreign.contains(name)) {
                configuration.put(name, value);
            }
        });
        String id = settings.transactionalIdPrefix() + "-" + settings.node() + "-" + slot;
        configuration.put(ProducerConfig.CLIENT_ID_CONFIG, "PublishKafkaStream-" + id);
        configuration.put(ProducerConfig.ACKS_CONFIG, "all");
        configuration.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        configuration.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        configuration.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        configuration.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        if (settings.delivery() == Delivery.TRANSACTIONAL) {
            configuration.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        }
        return configuration;
    }

    /** Largest message in bytes that the producer lets through: it has to fit a request, and the producer's memory. */
    static long maxMessageSize(PublishSettings settings) {
        return Math.min(
                number(settings, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE),
                number(settings, ProducerConfig.BUFFER_MEMORY_CONFIG, TUNED.get(ProducerConfig.BUFFER_MEMORY_CONFIG)));
    }

    private static long number(PublishSettings settings, String property, String otherwise) {
        return Long.parseLong(
                settings.clientProperties().getOrDefault(property, otherwise).strip());
    }

    private static Set<String> namesOfOtherClients() {
        Set<String> producer = ProducerConfig.configNames();
        return Stream.concat(ConsumerConfig.configNames().stream(), AdminClientConfig.configNames().stream())
                .filter(name -> !producer.contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }
}
