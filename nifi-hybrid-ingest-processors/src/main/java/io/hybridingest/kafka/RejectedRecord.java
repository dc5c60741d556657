package io.hybridingest.kafka;

import io.hybridingest.pipeline.Reason;

/**
 * A record that Kafka will never take.
 *
 * @param index index of the record in its source, from 0
 * @param reason why
 */
public record RejectedRecord(long index, Reason reason) {}
