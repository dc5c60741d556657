package io.hybridingest.pipeline;

import java.time.Duration;

/**
 * Settings of the stream lane.
 *
 * @param topic Kafka topic
 * @param encoding how a record is written into a Kafka message
 * @param trigger time between two micro-batches
 * @param maxLag records that the topic may be ahead of the table before {@code whenLagging} applies
 * @param whenLagging what the publisher does above {@code maxLag}
 */
public record Stream(String topic, Encoding encoding, Duration trigger, long maxLag, WhenLagging whenLagging) {
    /** How a record is written into a Kafka message. */
    public enum Encoding {
        /**
         * Avro single-object encoding: the bytes C3 01, the CRC-64-AVRO fingerprint of the wire schema in little-endian
         * order, the record's Avro binary.
         */
        AVRO,
        /** One JSON object in UTF-8. */
        JSON
    }

    /** What the publisher does above the lag limit. */
    public enum WhenLagging {
        /** FlowFiles stay queued until the sink has caught up. */
        HOLD,
        /** FlowFiles take the batch lane. */
        DIVERT
    }
}
