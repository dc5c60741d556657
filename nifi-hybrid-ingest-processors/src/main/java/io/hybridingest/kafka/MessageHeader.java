package io.hybridingest.kafka;

import org.apache.kafka.common.header.Header;

/** A header of a Kafka message. */
record MessageHeader(String key, byte[] value) implements Header {
    /** Identity of the record, in UTF-8. */
    static final String ID = "hybrid.id";

    /** Fingerprint of the wire schema, 16 hex digits. */
    static final String SCHEMA = "hybrid.schema";
}
