package io.hybridingest.nifi.services;

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
}
