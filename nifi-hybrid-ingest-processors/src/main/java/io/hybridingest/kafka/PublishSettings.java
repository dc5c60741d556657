package io.hybridingest.kafka;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How the records of one pipeline are published.
 *
 * @param clientProperties Kafka client properties of the cluster, secrets included
 * @param delivery what Kafka promises
 * @param transactionalIdPrefix begins the transactional id of every producer, so that one prefixed ACL covers them
 * @param node tells this NiFi node from the others that run the same flow; stable over restarts
 * @param partitioning how key and partition are chosen
 * @param partitionField path of the field that gives the key; null unless {@link Partitioning#usesField()}
 * @param spreadPartitions number of partitions that one key is spread over, at least 1
 * @param attributeHeaders names of the FlowFile attributes that become headers of its messages; null where none do
 * @param compression compression of the batches
 */
public record PublishSettings(
        Map<String, String> clientProperties,
        Delivery delivery,
        String transactionalIdPrefix,
        String node,
        Partitioning partitioning,
        String partitionField,
        int spreadPartitions,
        Pattern attributeHeaders,
        Compression compression) {

    public PublishSettings {
        clientProperties = Map.copyOf(clientProperties);
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(transactionalIdPrefix, "transactionalIdPrefix");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(partitioning, "partitioning");
        Objects.requireNonNull(compression, "compression");
        if (delivery == Delivery.TRANSACTIONAL && transactionalIdPrefix.isBlank()) {
            throw new IllegalArgumentException(
                    "Transactional Id Prefix is empty once its expressions are evaluated, and all flows with an empty one would "
                            + "share the transactional ids: define the variables that it names, or remove it");
        }
        if (partitioning.usesField() && partitionField == null) {
            throw new IllegalArgumentException("Partitioning " + partitioning.getDisplayName()
                    + " needs a field: set Partition Record Path, such as /account");
        }
        if (spreadPartitions < 1) {
            throw new IllegalArgumentException("A key is spread over at least one partition, not " + spreadPartitions);
        }
    }

    /** Where the cluster is, for messages. */
    public String bootstrapServers() {
        return clientProperties.getOrDefault(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "?");
    }

    /** The cluster's client properties stay out of logs. */
    @Override
    public String toString() {
        return "PublishSettings[" + bootstrapServers() + ", " + delivery + ", " + partitioning + ", " + compression
                + "]";
    }
}
