package io.hybridingest.nifi.services;

import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import java.util.Map;
import org.apache.nifi.controller.ControllerService;

/** One Kafka cluster: how the publisher, the lag reader and the Spark job reach it. */
public interface KafkaClusterService extends ControllerService {
    /**
     * Client properties that every producer, consumer and admin client of the cluster starts from, secrets included:
     * to be handed on in memory or in a file only its owner can read, never on a command line or to a log.
     *
     * @return an immutable map of Kafka client property names to values
     */
    Map<String, String> clientProperties();

    /**
     * Watches a topic and the consumer group under which a job publishes how far it is, in the background. Everybody who
     * asks about the same topic and group shares one view, so that ten publishers ask the cluster once.
     *
     * @return a view that the caller closes; it says that nothing is known any more once the service is disabled
     */
    TopicObserver observe(TopicQuestion question);
}
