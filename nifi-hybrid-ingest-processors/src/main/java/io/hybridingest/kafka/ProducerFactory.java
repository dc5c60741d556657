package io.hybridingest.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

/** Makes the producers, so that a test can pass its own. */
@FunctionalInterface
public interface ProducerFactory {
    /** Kafka's own producer. */
    ProducerFactory KAFKA = KafkaProducer::new;

    /**
     * @param configuration properties of {@link org.apache.kafka.clients.producer.ProducerConfig}
     * @return a new producer that the caller closes
     */
    Producer<byte[], byte[]> create(Map<String, Object> configuration);
}
