package io.hybridingest.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Why publishing failed: a fault of the cluster or of the way to it, or one that nobody knows; never of the records.
 *
 * @param code stable short code
 * @param message a sentence that says what happened and what to do
 * @param cause what the client reported
 */
public record KafkaFault(String code, String message, Throwable cause) {
    private static final String UNEXPLAINED = "unexplained";
    private static final String TRANSACTION_LOST = "transaction-lost";
    private static final String FENCED = "fenced";
    private static final String TRANSACTION_TIMEOUT = "transaction-timeout";

    /** Explains what a Kafka client reported. */
    static KafkaFault of(Throwable reported, PublishSettings settings, String topic) {
        return AccessFailure.explain(reported, settings.clientProperties())
                .map(explanation -> new KafkaFault(
                        "authentication",
                        "No access to Kafka at " + settings.bootstrapServers() + ". " + explanation,
                        root(reported)))
                .orElseGet(() -> ofItsName(reported, settings, topic));
    }

    private static KafkaFault ofItsName(Throwable reported, PublishSettings settings, String topic) {
        Throwable cause = root(reported);
        String servers = settings.bootstrapServers();
        return switch (cause) {
            case ProducerFencedException e -> fenced(settings, cause);
            case InvalidProducerEpochException e -> transactionLost(settings, cause);
            case TransactionAbortableException e -> transactionLost(settings, cause);
            case TransactionAbortedException e -> transactionLost(settings, cause);
            case InvalidTxnStateException e -> transactionLost(settings, cause);
            case InvalidPidMappingException e -> transactionLost(settings, cause);
            case OutOfOrderSequenceException e -> transactionLost(settings, cause);
            case StoppedException e -> new KafkaFault("stopped", e.getMessage(), cause);
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
                                + "): check that the brokers run, that Security Protocol is the listener's, and that this node reaches "
                                + "their advertised listeners",
                        cause);
            case ConfigException e ->
                new KafkaFault(
                        "configuration",
                        "The Kafka client does not accept its configuration (" + e.getMessage()
                                + "): correct the dynamic properties of the Kafka Cluster Service",
                        cause);
            case InterruptException e ->
                new KafkaFault("interrupted", "Publishing was interrupted: the records count as not sent", cause);
            default -> ofItsKind(cause, servers, topic);
        };
    }

    /** Publishing failed before Kafka: the content of a FlowFile, which may be as it should, could not be read. */
    static KafkaFault ofContent(Throwable cause) {
        return new KafkaFault(
                "content",
                "The content of a FlowFile cannot be read (" + named(cause)
                        + "): check the content repository and its disk, and the Record Reader where there is one",
                cause);
    }

    /** What is not known by name is known by its kind, as Kafka sorts its exceptions; or not at all. */
    private static KafkaFault ofItsKind(Throwable cause, String servers, String topic) {
        return switch (cause) {
            case RetriableException e ->
                new KafkaFault(
                        "unavailable",
                        "Kafka at " + servers + " cannot take records of " + topic + " at present (" + named(e)
                                + "): check that its partitions have leaders and enough in-sync replicas",
                        cause);
            case InvalidConfigurationException e -> misconfigured(cause, servers, topic);
            case InvalidTxnTimeoutException e -> misconfigured(cause, servers, topic);
            default ->
                new KafkaFault(
                        UNEXPLAINED,
                        "Publishing to " + topic + " at " + servers + " failed (" + named(cause)
                                + "): look at the log of the brokers",
                        cause);
        };
    }

    private static KafkaFault misconfigured(Throwable cause, String servers, String topic) {
        return new KafkaFault(
                "configuration",
                "Kafka at " + servers + " does not accept what the client asks for " + topic + " (" + named(cause)
                        + "): correct the topic's settings or the dynamic properties of the Kafka Cluster Service",
                cause);
    }

    /** Whether this is a known fault of the cluster, so that no record and no FlowFile can be to blame. */
    boolean explained() {
        return !code.equals(UNEXPLAINED) && !code.equals(TRANSACTION_TIMEOUT);
    }

    /**
     * This fault; where Kafka took the transaction away after it lasted longer than it may, that this is why. Then it may be a
     * FlowFile that takes too long by itself, and will the next time.
     */
    KafkaFault after(Duration lasted, PublishSettings settings) {
        Duration timeout = ProducerSettings.transactionTimeout(settings);
        boolean taken = code.equals(TRANSACTION_LOST) || code.equals(FENCED);
        if (!taken || lasted.compareTo(timeout) < 0) {
            return this;
        }
        return new KafkaFault(
                TRANSACTION_TIMEOUT,
                "The transaction was not sent within transaction.timeout.ms (" + timeout.toMillis() + " ms; it lasted "
                        + lasted.toMillis()
                        + "), and Kafka gave it up: split large FlowFiles before they are published, raise "
                        + "transaction.timeout.ms in the Kafka Cluster Service as far as the brokers' transaction.max.timeout.ms "
                        + "allows, or choose the Delivery Idempotent",
                cause);
    }

    /** Whether publishing was ended from outside. */
    public boolean stopped() {
        return cause instanceof StoppedException;
    }

    /**
     * Whether the client's transaction ends with this fault and the client itself goes on: it has to abort, and can begin
     * another. After any other fault the client is replaced.
     */
    boolean abortable() {
        return cause instanceof TransactionAbortableException
                || cause instanceof TopicAuthorizationException
                || cause instanceof InvalidTopicException;
    }

    private static String named(Throwable cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    private static KafkaFault transactionLost(PublishSettings settings, Throwable cause) {
        return new KafkaFault(
                TRANSACTION_LOST,
                "Kafka gave up the transaction (" + named(cause)
                        + "): its records are sent again. If this goes on, raise transaction.timeout.ms in the Kafka Cluster "
                        + "Service, and make sure that no other NiFi uses the Transactional Id Prefix "
                        + settings.transactionalIdPrefix(),
                cause);
    }

    private static KafkaFault fenced(PublishSettings settings, Throwable cause) {
        return new KafkaFault(
                FENCED,
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
