package io.hybridingest.kafka;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * A fault of the cluster or of the way to it, never of the records.
 *
 * @param code stable short code
 * @param message a sentence that says what happened and what to do
 * @param cause what the client reported
 */
public record KafkaFault(String code, String message, Throwable cause) {
    /** Explains what a Kafka client reported. */
    static KafkaFault of(Throwable reported, PublishSettings settings, String topic) {
        Throwable cause = root(reported);
        String servers = settings.bootstrapServers();
        return switch (cause) {
            case ProducerFencedException e -> fenced(settings, cause);
            case InvalidProducerEpochException e -> fenced(settings, cause);
            case AuthenticationException e ->
                new KafkaFault(
                        "authentication",
                        "Kafka at " + servers + " did not accept the credentials (" + e.getMessage()
                                + "): check user, password and certificates of the Kafka Cluster Service",
                        cause);
            case AuthorizationException e ->
                new KafkaFault(
                        "authorization",
                        "Kafka at " + servers + " denies this user (" + e.getMessage()
                                + "): grant WRITE and DESCRIBE on topic "
                                + topic + ", WRITE and DESCRIBE on transactional ids that begin with "
                                + settings.transactionalIdPrefix()
                                + ", and DESCRIBE on the consumer group of the pipeline",
                        cause);
            case UnknownTopicOrPartitionException e ->
                new KafkaFault("topic-missing", TopicState.missing(topic, servers), cause);
            case UnsupportedVersionException e ->
                new KafkaFault(
                        "version",
                        "The brokers at " + servers + " are too old (" + e.getMessage()
                                + "): Kafka 2.5 or newer is needed",
                        cause);
            case TimeoutException e ->
                new KafkaFault(
                        "timeout",
                        "Kafka at " + servers + " did not answer in time (" + e.getMessage()
                                + "): check that the brokers run and that this node reaches their advertised listeners",
                        cause);
            case ConfigException e ->
                new KafkaFault(
                        "configuration",
                        "The Kafka client does not accept its configuration (" + e.getMessage()
                                + "): correct the dynamic properties of the Kafka Cluster Service",
                        cause);
            case InterruptException e ->
                new KafkaFault("interrupted", "Publishing was interrupted: the records count as not sent", cause);
            default ->
                new KafkaFault(
                        "kafka",
                        "Publishing to " + topic + " at " + servers + " failed ("
                                + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                                + "): look at the log of the brokers",
                        cause);
        };
    }

    private static KafkaFault fenced(PublishSettings settings, Throwable cause) {
        return new KafkaFault(
                "fenced",
                "Another producer took over the transactional id " + settings.transactionalIdPrefix() + "-"
                        + settings.node() + "-N: if two NiFis run this flow, give each its own Transactional Id Prefix",
                cause);
    }

    /** The most telling exception: wrappers of the client and of futures say nothing. */
    private static Throwable root(Throwable reported) {
        Throwable current = reported;
        while (current.getCause() != null
                && (current instanceof ExecutionException
                        || current instanceof TransactionAbortedException
                        || current.getClass() == org.apache.kafka.common.KafkaException.class)) {
            current = current.getCause();
        }
        return current;
    }
}
