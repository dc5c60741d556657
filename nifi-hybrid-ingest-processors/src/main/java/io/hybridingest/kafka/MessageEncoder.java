package io.hybridingest.kafka;

import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.pipeline.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Turns prepared records into Kafka messages. Immutable; safe to share between threads. */
final class MessageEncoder {
    private final String topic;
    private final Stream.Encoding encoding;
    private final PublishSettings settings;
    private final RecordLayout layout;
    private final byte[] prefix;
    private final Header schemaHeader;
    /** Of every message where no attribute becomes a header. */
    private final MessageHeaders plainHeaders;

    MessageEncoder(Stream stream, PublishSettings settings, RecordLayout layout) {
        this.topic = stream.topic();
        this.encoding = stream.encoding();
        this.settings = settings;
        this.layout = layout;
        SingleObjectEncoding singleObject = SingleObjectEncoding.of(layout.wire());
        this.prefix = singleObject.prefix();
        this.schemaHeader = new MessageHeader(
                MessageHeader.SCHEMA, singleObject.fingerprintHex().getBytes(StandardCharsets.US_ASCII));
        this.plainHeaders = MessageHeaders.of(schemaHeader, Map.of(), null);
    }

    /** The headers of the messages of a FlowFile with these attributes. */
    MessageHeaders headers(Map<String, String> attributes) {
        return settings.attributeHeaders() == null
                ? plainHeaders
                : MessageHeaders.of(schemaHeader, attributes, settings.attributeHeaders());
    }

    /** Writes the value, which takes longest. */
    EncodedRecord encode(PreparedRecord record) {
        return new EncodedRecord(
                record.index(), value(record), record.ingestId(), record.eventTimeMillis(), record.partitionKey());
    }

    /** @param partitions number of partitions of the topic */
    ProducerRecord<byte[], byte[]> message(EncodedRecord record, MessageHeaders headers, int partitions) {
        byte[] key =
                switch (settings.partitioning()) {
                    case IDENTITY -> record.ingestId();
                    case RECORD_PATH, SPREAD -> record.partitionKey();
                    case STICKY -> null;
                };
        Integer partition = settings.partitioning() == Partitioning.SPREAD && key != null
                ? spread(key, record.ingestId(), partitions)
                : null;
        return new ProducerRecord<>(
                topic, partition, timestamp(record), key, record.value(), headers.of(record.ingestId()));
    }

    /** Upper bound of the message's size in bytes, as Kafka's producer computes it against {@code max.request.size}. */
    static int size(ProducerRecord<byte[], byte[]> message, EncodedRecord record, MessageHeaders headers) {
        return MessageSize.OVERHEAD
                + MessageSize.of(message.key())
                + MessageSize.of(message.value())
                + headers.size(record.ingestId());
    }

    /** Builds the record, which sending in Avro never needs. */
    GenericRecord decode(PreparedRecord record) {
        try {
            return new GenericDatumReader<GenericRecord>(layout.wire())
                    .read(
                            null,
                            DecoderFactory.get().binaryDecoder(record.bytes(), record.offset(), record.length(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] value(PreparedRecord record) {
        return switch (record.form()) {
            case JSON -> copy(record);
            case AVRO ->
                switch (encoding) {
                    case JSON -> PlainJson.encode(decode(record));
                    case AVRO -> singleObject(record);
                };
        };
    }

    static byte[] copy(PreparedRecord record) {
        return Arrays.copyOfRange(record.bytes(), record.offset(), record.offset() + record.length());
    }

    private byte[] singleObject(PreparedRecord record) {
        byte[] value = new byte[prefix.length + record.length()];
        System.arraycopy(prefix, 0, value, 0, prefix.length);
        System.arraycopy(record.bytes(), record.offset(), value, prefix.length, record.length());
        return value;
    }

    /** Kafka has no time before 1970; without an event time the producer's clock decides. */
    private static Long timestamp(EncodedRecord record) {
        Long millis = record.eventTimeMillis();
        return millis == null || millis >= 0 ? millis : Long.valueOf(0);
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
}
