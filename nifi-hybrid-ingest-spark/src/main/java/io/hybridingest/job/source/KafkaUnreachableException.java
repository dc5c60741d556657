package io.hybridingest.job.source;

/** No broker answers, or it refuses. */
public final class KafkaUnreachableException extends RuntimeException {
    KafkaUnreachableException(String topic, Throwable cause) {
        super(
                "Kafka does not answer about topic %s: %s. Check spark.hybridingest.kafka.bootstrap.servers and the security settings beside it."
                        .formatted(topic, cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                cause);
    }
}
