package io.hybridingest.kafka;

/** Bytes that parts of a message take in a batch of its own, as Kafka's producer estimates them. */
final class MessageSize {
    /** A batch of one record: header of the batch, and the most that a record's own lengths and deltas take. */
    static final int OVERHEAD = 61 + 21;

    private MessageSize() {}

    /** A key or a value behind its length. */
    static int of(byte[] bytes) {
        return bytes == null ? 1 : ofLength(bytes.length) + bytes.length;
    }

    /** @param name bytes of the header's name */
    static int ofHeader(int name, byte[] value) {
        return ofLength(name) + name + of(value);
    }

    /** A length or a count itself, in Kafka's variable-length form. */
    static int ofLength(int length) {
        int size = 1;
        for (int rest = (length << 1) >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }
}
