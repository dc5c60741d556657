package io.hybridingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
public final class ProducerSettings {
    /** Larger batches than Kafka's default: they double the throughput of small records at the price of 20 ms. */
    private static final Map<String, String> TUNED = Map.of(
            ProducerConfig.LINGER_MS_CONFIG, "20",
            ProducerConfig.BATCH_SIZE_CONFIG, "262144",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864",
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "20000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");

    private static final long SHORTEST_DELIVERY_TIMEOUT = 30_000;

    private static final String DEFAULT_MAX_REQUEST_SIZE = "1048576";

    /** Kafka's default. */
    private static final String DEFAULT_TRANSACTION_TIMEOUT = "60000";

    /** More would let Kafka reorder what it sends again. */
    private static final int MOST_IN_FLIGHT = 5;

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
        configuration.putIfAbsent(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(deliveryTimeout(settings.clientProperties())));
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

    /**
     * What the producers could not start with although Kafka takes each of the values, and what to do about it.
     *
     * @param clientProperties values that Kafka takes, one by one
     */
    public static Optional<String> conflict(Map<String, String> clientProperties) {
        long least = longestRequest(clientProperties);
        if (number(clientProperties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(least)) < least) {
            return Optional.of(
                    "delivery.timeout.ms has to be at least " + least
                            + ", the sum of linger.ms and request.timeout.ms: raise it, or remove it to have it follow the two");
        }
        if (number(clientProperties, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1") > MOST_IN_FLIGHT) {
            return Optional.of("max.in.flight.requests.per.connection must not be more than " + MOST_IN_FLIGHT
                    + ", because delivery rests on idempotence: lower it, or remove it");
        }
        if (number(clientProperties, ProducerConfig.RETRIES_CONFIG, "1") == 0) {
            return Optional.of("retries must not be 0, because delivery rests on idempotence: remove it");
        }
        return Optional.empty();
    }

    /** How long Kafka lets a transaction last. */
    static Duration transactionTimeout(PublishSettings settings) {
        return Duration.ofMillis(number(
                settings.clientProperties(), ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TRANSACTION_TIMEOUT));
    }

    /** Largest message in bytes that the producer lets through: it has to fit a request, and the producer's memory. */
    static long maxMessageSize(PublishSettings settings) {
        return Math.min(
                number(settings.clientProperties(), ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE),
                tuned(settings.clientProperties(), ProducerConfig.BUFFER_MEMORY_CONFIG));
    }

    /** Follows what it must not be shorter than; Kafka would refuse to start. */
    private static long deliveryTimeout(Map<String, String> clientProperties) {
        return Math.max(SHORTEST_DELIVERY_TIMEOUT, longestRequest(clientProperties));
    }

    private static long longestRequest(Map<String, String> clientProperties) {
        return tuned(clientProperties, ProducerConfig.LINGER_MS_CONFIG)
                + tuned(clientProperties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    }

    private static long tuned(Map<String, String> clientProperties, String property) {
        return number(clientProperties, property, TUNED.get(property));
    }

    private static long number(Map<String, String> clientProperties, String property, String otherwise) {
        return Long.parseLong(clientProperties.getOrDefault(property, otherwise).strip());
    }

    private static Set<String> namesOfOtherClients() {
        Set<String> producer = ProducerConfig.configNames();
        return Stream.concat(ConsumerConfig.configNames().stream(), AdminClientConfig.configNames().stream())
                .filter(name -> !producer.contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }
}
