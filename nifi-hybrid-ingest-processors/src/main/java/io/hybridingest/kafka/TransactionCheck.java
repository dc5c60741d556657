package io.hybridingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Finds out whether transactions may be used, with an id that begins as those of the publishers and that none of them has. */
public final class TransactionCheck {
    private static final String SLOT = "verify";

    private TransactionCheck() {}

    /**
     * Registers a producer with the cluster and forgets it again. Nothing is sent. Every check of one node uses the same id,
     * so that the cluster has one more to remember and not one for each check.
     *
     * @return the transactional id that was used
     * @throws org.apache.kafka.common.KafkaException where the cluster does not let this user use transactions
     */
    public static String run(PublishPlan plan, ProducerFactory producers, Duration patience) {
        Map<String, Object> configuration = new HashMap<>(ProducerSettings.of(plan.settings(), 0));
        String id =
                plan.settings().transactionalIdPrefix() + "-" + plan.settings().node() + "-" + SLOT;
        configuration.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        configuration.put(ProducerConfig.CLIENT_ID_CONFIG, "PublishKafkaStream-" + id);
        configuration.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(patience.toMillis()));
        Producer<byte[], byte[]> producer = producers.create(configuration);
        try {
            producer.initTransactions();
            return id;
        } finally {
            producer.close(Duration.ZERO);
        }
    }
}
