package io.hybridingest.kafka;

/**
 * What becomes the message of one record. Its bytes are its own: valid for good.
 *
 * @param index index in the FlowFile, from 0
 * @param value the message's value
 * @param ingestId UTF-8 of the identity
 * @param eventTimeMillis milliseconds since 1970, null where the event time is null
 * @param partitionKey UTF-8 of the partitioning field's value, null where it is null or not asked for
 */
record EncodedRecord(long index, byte[] value, byte[] ingestId, Long eventTimeMillis, byte[] partitionKey) {}
