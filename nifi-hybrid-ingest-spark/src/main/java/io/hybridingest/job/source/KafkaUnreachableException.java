package io.hybridingest.job.source;

import org.apache.kafka.common.errors.AuthorizationException;

/** No broker answers, or it refuses. */
public final class KafkaUnreachableException extends RuntimeException {
    KafkaUnreachableException(String topic, Throwable cause) {
        super(message(topic, cause), cause);
    }

    private static String message(String topic, Throwable cause) {
        String said = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return cause instanceof AuthorizationException
                ? "Kafka denies topic %s to the job's user (%s): grant READ and DESCRIBE on the topic, and READ on the consumer group named as the pipeline."
                        .formatted(topic, said)
                : "Kafka does not answer about topic %s: %s. Check spark.hybridingest.kafka.bootstrap.servers and the security settings beside it."
                        .formatted(topic, said);
    }
}
