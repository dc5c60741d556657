package io.hybridingest.kafka;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One prepared record as it lies in its container: a range of bytes and the values that a Kafka message is addressed by.
 * Valid until the next record is asked for, because the bytes belong to the container's block.
 *
 * @param index index in the FlowFile, from 0
 * @param block bytes around the record
 * @param offset first byte of the record's Avro binary in {@code block}
 * @param length number of bytes of the record
 * @param ingestId UTF-8 of the identity
 * @param eventTimeMillis milliseconds since 1970, empty where the event time is null
 * @param partitionKey UTF-8 of the partitioning field's value, null where it is null or not asked for
 */
record PreparedRecord(
        long index,
        byte[] block,
        int offset,
        int length,
        byte[] ingestId,
        OptionalLong eventTimeMillis,
        byte[] partitionKey) {

    /** The identity as text. */
    String id() {
        return new String(ingestId, StandardCharsets.UTF_8);
    }
}
