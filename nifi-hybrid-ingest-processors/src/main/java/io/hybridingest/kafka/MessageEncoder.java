package io.hybridingest.kafka;

import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.pipeline.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Turns prepared records into Kafka messages. Immutable; safe to share between threads. */
final class MessageEncoder {
    /** A batch of one record: header of the batch, and the most that a record's own lengths and deltas take. */
    private static final int RECORD_OVERHEAD = 61 + 21;

    private final String topic;
    private final Stream.Encoding encoding;
    private final PublishSettings settings;
    private final RecordLayout layout;
    private final byte[] prefix;
    private final Header schemaHeader;

    MessageEncoder(Stream stream, PublishSettings settings, RecordLayout layout) {
        this.topic = stream.topic();
        this.encoding = stream.encoding();
        this.settings = settings;
        this.layout = layout;
        SingleObjectEncoding singleObject = SingleObjectEncoding.of(layout.wire());
        this.prefix = singleObject.prefix();
        this.schemaHeader = new MessageHeader(
                MessageHeader.SCHEMA, singleObject.fingerprintHex().getBytes(StandardCharsets.US_ASCII));
    }

    /** @param partitions number of partitions of the topic */
    ProducerRecord<byte[], byte[]> encode(PreparedRecord record, int partitions) {
        byte[] key =
                switch (settings.partitioning()) {
                    case IDENTITY -> record.ingestId();
                    case RECORD_PATH, SPREAD -> record.partitionKey();
                    case STICKY -> null;
                };
        Integer partition = settings.partitioning() == Partitioning.SPREAD && key != null
                ? spread(key, record.ingestId(), partitions)
                : null;
        List<Header> headers = List.of(new MessageHeader(MessageHeader.ID, record.ingestId()), schemaHeader);
        return new ProducerRecord<>(topic, partition, timestamp(record), key, value(record), headers);
    }

    /** Builds the record, which sending in Avro never needs. */
    GenericRecord decode(PreparedRecord record) {
        try {
            return new GenericDatumReader<GenericRecord>(layout.wire())
                    .read(
                            null,
                            DecoderFactory.get().binaryDecoder(record.block(), record.offset(), record.length(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Upper bound of the message's size in bytes, as Kafka's producer computes it against {@code max.request.size}. */
    static int size(ProducerRecord<byte[], byte[]> message) {
        int size = RECORD_OVERHEAD + sizeOf(message.key()) + sizeOf(message.value()) + 1;
        for (Header header : message.headers()) {
            int nameLength = header.key().length();
            size += varintSize(nameLength) + nameLength + sizeOf(header.value());
        }
        return size;
    }

    private byte[] value(PreparedRecord record) {
        if (encoding == Stream.Encoding.JSON) {
            return PlainJson.encode(decode(record));
        }
        byte[] value = new byte[prefix.length + record.length()];
        System.arraycopy(prefix, 0, value, 0, prefix.length);
        System.arraycopy(record.block(), record.offset(), value, prefix.length, record.length());
        return value;
    }

    /** Kafka has no time before 1970; without an event time the producer's clock decides. */
    private static Long timestamp(PreparedRecord record) {
        return record.eventTimeMillis().isPresent()
                ? Long.valueOf(Math.max(0, record.eventTimeMillis().getAsLong()))
                : null;
    }

    /** The same record always meets the same partition, one of the few that its key is spread over. */
    private int spread(byte[] key, byte[] ingestId, int partitions) {
        long share = hash(ingestId) % settings.spreadPartitions();
        return (int) ((hash(key) + share) % partitions);
    }

    private static long hash(byte[] bytes) {
        CRC32C hash = new CRC32C();
        hash.update(bytes);
        return hash.getValue();
    }

    private static int sizeOf(byte[] bytes) {
        return bytes == null ? 1 : varintSize(bytes.length) + bytes.length;
    }

    private static int varintSize(int length) {
        int size = 1;
        for (int rest = (length << 1) >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }
}
