package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageEncoderTest {
    private static final Map<String, String> ATTRIBUTES =
            Map.of("tenant", "north", "tenant.id", "7", "grüße", "süß", "hybrid.id", "forged");

    @Test
    void theValueIsWhatAvroItselfReadsAsASingleObject() throws Exception {
        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(
                GenericData.get(), Payments.pipeline().wireSchema());

        for (ProducerRecord<byte[], byte[]> message : messages(Payments.pipeline(), Partitioning.IDENTITY, 20)) {
            GenericRecord decoded = avro.decode(message.value());
            assertThat(decoded.get("_ingest_id")).hasToString(new String(message.key(), StandardCharsets.UTF_8));
        }
        assertThat(avro.decode(messages(Payments.pipeline(), Partitioning.IDENTITY, 8)
                        .get(7)
                        .value()))
                .isEqualTo(Payments.record(7));
    }

    @Test
    void timestampAndHeadersComeFromTheRecord() {
        ProducerRecord<byte[], byte[]> message =
                messages(Payments.pipeline(), Partitioning.IDENTITY, 3).get(2);

        assertThat(message.topic()).isEqualTo("payments-topic");
        assertThat(message.timestamp()).isEqualTo(Payments.FIRST_PAID_AT_MILLIS + 2000);
        assertThat(header(message, "hybrid.id")).isEqualTo(Payments.id(2));
        assertThat(header(message, "hybrid.schema")).matches("[0-9a-f]{16}");
    }

    @Test
    void aJsonMessageReadsAsAPersonWouldWriteIt() throws Exception {
        ProducerRecord<byte[], byte[]> message = messages(Payments.pipeline("json", "hold"), Partitioning.IDENTITY, 4)
                .get(3);

        JsonNode json = new ObjectMapper().readTree(message.value());
        JsonNode expected = new ObjectMapper().readTree("""
                        {"payment_id": "P3", "account": "account-3", "amount": 12.34, "tags": ["a", "longer tag 3"],
                         "limits": {"day": 103}, "kind": "CASH", "rate": 1.5, "shop": {"till": 3, "open": true},
                         "paid_at": "2023-11-14T22:13:23.123007Z", "note": "note 3",
                         "_ingest_id": "00000000000000000000000000000004", "_source": "orders.json", "_rescued": null}
                        """);
        assertThat(json).isEqualTo(expected);
    }

    @Test
    void anotherFieldCanBeTheKey() {
        List<ProducerRecord<byte[], byte[]>> messages = messages(Payments.pipeline(), Partitioning.RECORD_PATH, 5);

        assertThat(messages.get(1).key()).asString().isEqualTo("account-1");
        assertThat(messages.get(4).key())
                .as("key of a record whose account is null")
                .isNull();
        assertThat(messages).allMatch(message -> message.partition() == null);
    }

    @Test
    void stickyMessagesHaveNoKeyButTheirIdentity() {
        ProducerRecord<byte[], byte[]> message =
                messages(Payments.pipeline(), Partitioning.STICKY, 1).getFirst();

        assertThat(message.key()).isNull();
        assertThat(header(message, "hybrid.id")).isEqualTo(Payments.id(0));
    }

    @Test
    void aSpreadKeyMeetsAsManyPartitionsAsAskedAndARecordAlwaysTheSame() {
        Map<String, Set<Integer>> partitions = messages(Payments.pipeline(), Partitioning.SPREAD, 400).stream()
                .filter(message -> message.key() != null)
                .collect(Collectors.groupingBy(
                        message -> new String(message.key(), StandardCharsets.UTF_8),
                        Collectors.mapping(ProducerRecord::partition, Collectors.toSet())));

        assertThat(partitions).hasSize(4);
        assertThat(partitions.values())
                .allSatisfy(some -> assertThat(some).hasSize(3).allMatch(partition -> partition < 6));
        assertThat(messages(Payments.pipeline(), Partitioning.SPREAD, 50))
                .extracting(ProducerRecord::partition)
                .isEqualTo(messages(Payments.pipeline(), Partitioning.SPREAD, 50).stream()
                        .map(ProducerRecord::partition)
                        .toList());
    }

    @Test
    void attributesBecomeHeadersWhereTheirWholeNameMatches() {
        PublishSettings settings = PublishFixture.settings(
                Delivery.TRANSACTIONAL, Partitioning.IDENTITY, Map.of(), Pattern.compile("tenant|grüße|hybrid\\..*"));

        ProducerRecord<byte[], byte[]> message =
                sized(Payments.pipeline(), settings, 1).getFirst().message();

        assertThat(header(message, "tenant")).isEqualTo("north");
        assertThat(header(message, "grüße")).isEqualTo("süß");
        assertThat(message.headers().lastHeader("tenant.id")).isNull();
        assertThat(message.headers().headers("hybrid.id"))
                .as("an attribute never stands in for the record's identity")
                .hasSize(1);
        assertThat(header(message, "hybrid.id")).isEqualTo(Payments.id(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no attribute at all", "tenant", ".*"})
    void theSizeIsTheOneThatKafkasProducerComputes(String pattern) {
        for (Partitioning partitioning : Partitioning.values()) {
            PublishSettings settings =
                    PublishFixture.settings(Delivery.TRANSACTIONAL, partitioning, Map.of(), Pattern.compile(pattern));
            for (Sized sized : sized(Payments.pipeline(), settings, 6)) {
                assertThat(sized.size())
                        .isEqualTo(AbstractRecords.estimateSizeInBytesUpperBound(
                                RecordBatch.CURRENT_MAGIC_VALUE,
                                Compression.of(CompressionType.LZ4).build().type(),
                                sized.message().key(),
                                sized.message().value(),
                                sized.message().headers().toArray()));
            }
        }
    }

    private static List<ProducerRecord<byte[], byte[]>> messages(
            PipelineDefinition pipeline, Partitioning partitioning, int count) {
        return sized(pipeline, PublishFixture.settings(Delivery.TRANSACTIONAL, partitioning, Map.of()), count).stream()
                .map(Sized::message)
                .toList();
    }

    private static List<Sized> sized(PipelineDefinition pipeline, PublishSettings settings, int count) {
        PublishPlan plan = PublishFixture.plan(pipeline, settings);
        MessageHeaders headers = plan.encoder().headers(ATTRIBUTES);
        List<Sized> messages = new ArrayList<>();
        try (Slicer slicer = plan.content().slicer();
                PreparedRecords records = plan.content().open(PublishFixture.source(0, count), slicer)) {
            for (PreparedRecord record = records.next(); record != null; record = records.next()) {
                EncodedRecord encoded = plan.encoder().encode(record);
                ProducerRecord<byte[], byte[]> message = plan.encoder().message(encoded, headers, 6);
                messages.add(new Sized(message, MessageEncoder.size(message, encoded, headers)));
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return messages;
    }

    private record Sized(ProducerRecord<byte[], byte[]> message, int size) {}

    private static String header(ProducerRecord<byte[], byte[]> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
