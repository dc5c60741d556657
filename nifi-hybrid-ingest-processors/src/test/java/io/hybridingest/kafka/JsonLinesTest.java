package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Receipt;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
    private static final String LINE = """
            {"shop": {"till": %1$d, "paid_at": "no, not this one"}, "_ingest_id": "id-%1$d", "paid_at": "2023-11-14T22:13:2%1$d.5Z", \
            "account": "a-%1$d",  "note": "ü{"}""";

    private final FakeProducer producer = new FakeProducer();

    @Test
    void eachLineIsAMessageWithItsBytesAsTheyAre() throws Exception {
        String content = LINE.formatted(0) + "\n" + LINE.formatted(1) + "  \r\n\n   \n" + LINE.formatted(2);

        Published published = publish(content, Partitioning.RECORD_PATH);

        assertThat(published.fates()).containsExactly(new Receipt(3, List.of()));
        assertThat(producer.history())
                .extracting(message -> new String(message.value(), StandardCharsets.UTF_8))
                .containsExactly(LINE.formatted(0), LINE.formatted(1), LINE.formatted(2));
        assertThat(PublishFixture.ids(producer.history())).containsExactly("id-0", "id-1", "id-2");
        ProducerRecord<byte[], byte[]> last = producer.history().getLast();
        assertThat(last.timestamp())
                .isEqualTo(Instant.parse("2023-11-14T22:13:22.5Z").toEpochMilli());
        assertThat(new String(last.key(), StandardCharsets.UTF_8)).isEqualTo("a-2");
    }

    @Test
    void linesLongerThanWhatIsReadAtATimeStayWhole() throws Exception {
        List<String> lines = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        for (int number = 0; number < 9; number++) {
            lines.add(LINE.formatted(number).replace("ü{", "x".repeat(40_000 * number)));
            content.append(lines.getLast()).append('\n');
        }

        publish(content.toString(), Partitioning.IDENTITY);

        assertThat(producer.history())
                .extracting(message -> new String(message.value(), StandardCharsets.UTF_8))
                .isEqualTo(lines);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"_ingest_id\": \"i\", \"paid_at\": null}|",
                "{\"_ingest_id\": \"i\"}|",
                "{\"_ingest_id\": \"i\", \"paid_at\": 1700000000123456}|1700000000123",
                "{\"_ingest_id\": \"i\", \"paid_at\": \"2023-11-14T22:13:20.123456Z\"}|1700000000123",
            })
    void eventTimesAsTheJobReadsThem(String line, Long millis) throws Exception {
        publish(line, Partitioning.IDENTITY);

        assertThat(producer.history()).singleElement().satisfies(message -> assertThat(message.timestamp())
                .isEqualTo(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7|7",
                "\"seven\"|seven",
                "null|",
                "{\"a\": [1, 2]}|{\"a\": [1, 2]}",
            })
    void anyValueCanBeTheKey(String json, String key) throws Exception {
        publish("{\"account\": %s, \"_ingest_id\": \"i\"}".formatted(json), Partitioning.RECORD_PATH);

        byte[] sent = producer.history().getFirst().key();
        assertThat(sent == null ? null : new String(sent, StandardCharsets.UTF_8))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"payment_id\": \"P\"}|it has no _ingest_id",
                "{\"_ingest_id\": 7}|it has no _ingest_id",
                "{\"_ingest_id\": \"i\", \"paid_at\": \"yesterday\"}|its paid_at is no timestamp",
                "{\"_ingest_id\": \"i\"} {}|something follows the JSON object",
                "{\"_ingest_id\": \"i\"|Unexpected end-of-input",
                "{\"_ingest_id\": \"i\", }|Unexpected character",
                "[1]|it is no JSON object",
            })
    void aLineThatIsNoPreparedRecordSaysWhyAndWhatToDo(String line, String why) {
        assertThatThrownBy(() -> read("{\"_ingest_id\": \"first\"}\n" + line))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("Line 2 is no prepared record (" + why)
                .hasMessageContaining("send the records through it first");
    }

    @Test
    void linesBecomeAvroWhereThePipelineSendsAvro() throws Exception {
        String content = IntStream.range(0, 50).mapToObj(Payments::json).collect(Collectors.joining("\n"));

        new RecordPublisher(PublishFixture.plan(Delivery.TRANSACTIONAL), producer)
                .publish(PublishFixture.sources(source(content)));

        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(
                GenericData.get(), Payments.pipeline().wireSchema());
        for (int number = 0; number < 50; number++) {
            ProducerRecord<byte[], byte[]> message = producer.history().get(number);
            assertThat(avro.decode(message.value())).isEqualTo(Payments.record(number));
            assertThat(message.timestamp()).isEqualTo(Payments.FIRST_PAID_AT_MILLIS + number * 1000L);
        }
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 50));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"amount\":12.34|\"amount\":12.345|the field 'amount' is of type BigDecimal and not a number of 18 digits",
                "\"note\":\"note 1\",|''|the field 'note' is missing",
                "\"till\":1|\"till\":\"one\"|the field 'shop.till' is of type String and not a whole number",
                "\"open\":true}|\"open\":true|Unexpected end-of-input",
                "\"kind\":\"CASH\"|\"kind\":\"GOLD\"|the field 'kind' is of type String and not one of [CARD, CASH]",
            })
    void aLineThatDoesNotFitTheSchemaSaysWhere(String valid, String broken, String why) {
        String content = Payments.json(0) + "\n" + Payments.json(1).replace(valid, broken);
        PublishPlan plan = PublishFixture.plan(Delivery.TRANSACTIONAL);

        assertThatThrownBy(() -> read(plan, content))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("Record 1, in line 2, is no prepared record (" + why)
                .hasMessageContaining("send the records through it first");
    }

    @Test
    void containersAreTakenByAJsonPipelineAsWell() throws Exception {
        PublishPlan plan = plan(Partitioning.IDENTITY);

        new RecordPublisher(plan, producer).publish(PublishFixture.sources(PublishFixture.source(0, 3)));

        assertThat(new String(producer.history().getFirst().value(), StandardCharsets.UTF_8))
                .startsWith("{\"payment_id\":\"P0\"");
    }

    @Test
    void aRejectedLineIsQuarantinedAsItCame() throws Exception {
        String line = "{\"_ingest_id\": \"i\", \"nested\": {\"_source\": \"no\"}, \"_source\": \"orders.json\"}";
        ByteArrayOutputStream container = new ByteArrayOutputStream();
        RejectedRecord rejected =
                new RejectedRecord(1, new io.hybridingest.pipeline.Reason("too-large", "", "too large", ""));

        plan(Partitioning.IDENTITY)
                .writeRejected(
                        source("{\"_ingest_id\": \"first\"}\n" + line),
                        List.of(rejected),
                        Clock.systemUTC(),
                        container);

        assertThat(Payments.quarantined(container.toByteArray()))
                .singleElement()
                .satisfies(quarantined -> {
                    assertThat(quarantined.get("source")).hasToString("orders.json");
                    assertThat(StandardCharsets.UTF_8
                                    .decode((java.nio.ByteBuffer) quarantined.get("original"))
                                    .toString())
                            .isEqualTo(line);
                });
    }

    private Published publish(String content, Partitioning partitioning) throws Exception {
        return (Published)
                new RecordPublisher(plan(partitioning), producer).publish(PublishFixture.sources(source(content)));
    }

    private static void read(String content) throws Exception {
        read(plan(Partitioning.IDENTITY), content);
    }

    private static void read(PublishPlan plan, String content) throws Exception {
        try (Slicer slicer = plan.content().slicer();
                PreparedRecords records = plan.content().open(source(content), slicer)) {
            while (records.next() != null) {
                // Read to its end.
            }
        }
    }

    private static PublishPlan plan(Partitioning partitioning) {
        PipelineDefinition pipeline = Payments.pipeline("json", "hold");
        return PublishFixture.plan(pipeline, PublishFixture.settings(Delivery.TRANSACTIONAL, partitioning, Map.of()));
    }

    private static RecordSource source(String content) {
        return PublishFixture.source(content.getBytes(StandardCharsets.UTF_8));
    }
}
