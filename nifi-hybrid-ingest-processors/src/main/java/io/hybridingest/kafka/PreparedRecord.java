package io.hybridingest.kafka;

import java.nio.charset.StandardCharsets;

/**
 * One prepared record as it lies in its content: a range of bytes and the values that a Kafka message is addressed by.
 * Valid until the next record is asked for, because the bytes belong to what is read at a time.
 *
 * @param index index in the FlowFile, from 0
 * @param form what the bytes are
 * @param bytes bytes around the record
 * @param offset first byte of the record in {@code bytes}
 * @param length number of bytes of the record
 * @param ingestId UTF-8 of the identity
 * @param eventTimeMillis milliseconds since 1970, null where the event time is null
 * @param partitionKey UTF-8 of the partitioning field's value, null where it is null or not asked for
 */
record PreparedRecord(
        long index,
        Form form,
        byte[] bytes,
        int offset,
        int length,
        byte[] ingestId,
        Long eventTimeMillis,
        byte[] partitionKey) {

    /** What the bytes of a record are. */
    enum Form {
        /** Avro binary of the wire schema. */
        AVRO,
        /** One JSON object in UTF-8. */
        JSON
    }

    /** The identity as text. */
    String id() {
        return new String(ingestId, StandardCharsets.UTF_8);
    }
}
