package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.record.AvroRecords;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReaderRecordsTest {
    private static final RecordSchema SCHEMA =
            AvroRecords.recordSchema(Payments.pipeline().wireSchema());

    private final FakeProducer producer = new FakeProducer();

    @Test
    void recordsOfAReaderBecomeTheSameMessagesAsSlices() throws Exception {
        List<Record> records = IntStream.range(0, 20)
                .mapToObj(number -> AvroRecords.record(Payments.record(number), SCHEMA))
                .toList();

        publish(Payments.pipeline(), records);

        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(
                GenericData.get(), Payments.pipeline().wireSchema());
        for (int number = 0; number < 20; number++) {
            assertThat(avro.decode(producer.history().get(number).value())).isEqualTo(Payments.record(number));
            assertThat(producer.history().get(number).timestamp())
                    .isEqualTo(Payments.FIRST_PAID_AT_MILLIS + number * 1000L);
        }
        assertThat(PublishFixture.ids(producer.history())).isEqualTo(PublishFixture.ids(0, 20));
    }

    @Test
    void whatJsonReadersMakeOfOurOwnJsonFits() throws Exception {
        Map<String, Object> values = new java.util.HashMap<>(json(3));
        values.remove("_rescued");

        publish(Payments.pipeline(), List.of(new MapRecord(SCHEMA, values)));

        BinaryMessageDecoder<GenericRecord> avro = new BinaryMessageDecoder<>(
                GenericData.get(), Payments.pipeline().wireSchema());
        assertThat(avro.decode(producer.history().getFirst().value())).isEqualTo(Payments.record(3));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {0, -0.0, 0.01, -0.01, 12.34, 0.1, 0.29, 1.005e2, 123456789.12, -999999.99, 9007199254740.99, 1e13
            })
    void doublesAreTheDecimalsThatTheyArePrintedAs(double amount) throws Exception {
        Map<String, Object> values = new java.util.HashMap<>(json(3));
        values.put("amount", amount);

        publish(Payments.pipeline("json", "hold"), List.of(new MapRecord(SCHEMA, values)));

        String sent = new String(producer.history().getFirst().value(), StandardCharsets.UTF_8);
        String digits = sent.substring(sent.indexOf("\"amount\":") + 9, sent.indexOf(",\"tags\""));
        assertThat(new BigDecimal(digits)).isEqualByComparingTo(new BigDecimal(Double.toString(amount)));
    }

    @Test
    void aPipelineOfJsonMessagesGetsJson() throws Exception {
        publish(Payments.pipeline("json", "hold"), List.of(new MapRecord(SCHEMA, json(3))));

        assertThat(new String(producer.history().getFirst().value(), StandardCharsets.UTF_8))
                .startsWith("{\"payment_id\":\"P3\",\"account\":\"account-3\",\"amount\":12.34,")
                .contains("\"paid_at\":\"2023-11-14T22:13:23.123007Z\"", "\"_ingest_id\":\"" + Payments.id(3) + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "_ingest_id||the field '_ingest_id' is missing",
                "note||the field 'note' is missing",
                "payment_id|7|the field 'payment_id' is of type Integer and not text",
                "kind|GOLD|the field 'kind' is of type String and not one of [CARD, CASH]",
                "paid_at|yesterday|the field 'paid_at' is of type String and not a timestamp",
                "amount|12345678901234567.89|the field 'amount' is of type BigDecimal and not a number of 18 digits, 2 after the point",
                "amount|12.345|the field 'amount' is of type BigDecimal and not a number of 18 digits, 2 after the point",
                "shop|{}|the field 'shop.till' is missing",
            })
    void whatIsNotPreparedIsRefusedWithWhatToDo(String field, String value, String why) {
        Map<String, Object> values = new java.util.HashMap<>(json(3));
        values.put(field, parsed(value));
        List<Record> records = List.of(new MapRecord(SCHEMA, json(1)), new MapRecord(SCHEMA, values));

        assertThatThrownBy(() -> read(records))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessage(
                        "Record 1 is no prepared record of the pipeline (" + why
                                + "): send the records through PreprocessRecord first, which fits them to the schema and adds _ingest_id");
    }

    @Test
    void aReaderThatFailsSaysSo() {
        List<Record> records = new ArrayList<>(List.of(new MapRecord(SCHEMA, json(1))));
        records.add(null);

        assertThatThrownBy(() -> read(records))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("The Record Reader cannot read on at record 1");
    }

    private static Object parsed(String value) {
        return switch (value) {
            case null -> null;
            case "{}" -> Map.of("open", true);
            case String number when number.matches("[0-9]+") -> Integer.valueOf(number);
            case String number when number.matches("[0-9.]+") -> new BigDecimal(number);
            default -> value;
        };
    }

    /** A record as a reader of JSON without a schema makes it. */
    private static Map<String, Object> json(int number) {
        Map<String, Object> values = new java.util.HashMap<>(Map.of(
                "payment_id",
                "P" + number,
                "account",
                "account-" + number,
                "amount",
                12.34,
                "tags",
                new Object[] {"a", "longer tag " + number},
                "limits",
                new MapRecord(SCHEMA, Map.of("day", 100 + number)),
                "kind",
                "CASH",
                "rate",
                0.5 * number,
                "shop",
                new MapRecord(SCHEMA, Map.of("till", number, "open", true)),
                "paid_at",
                "2023-11-14T22:13:2" + number + ".123007Z",
                "note",
                "note " + number));
        values.put("_ingest_id", Payments.id(number));
        values.put("_source", "orders.json");
        values.put("_rescued", null);
        return values;
    }

    private void publish(PipelineDefinition pipeline, List<Record> records) throws Exception {
        new RecordPublisher(plan(pipeline, records), producer).publish(PublishFixture.sources(EMPTY));
    }

    private static void read(List<Record> records) throws Exception {
        PublishPlan plan = plan(Payments.pipeline(), records);
        try (Slicer slicer = plan.content().slicer();
                PreparedRecords prepared = plan.content().open(EMPTY, slicer)) {
            while (prepared.next() != null) {
                // Read to its end.
            }
        }
    }

    private static final RecordSource EMPTY =
            new RecordSource(() -> new ByteArrayInputStream(new byte[0]), Map.of(), 0);

    private static PublishPlan plan(PipelineDefinition pipeline, List<Record> records) {
        return new PublishPlan(
                pipeline,
                PublishFixture.settings(Delivery.TRANSACTIONAL, Partitioning.IDENTITY, Map.of()),
                new RecordReading(new ListReaders(records), new MockComponentLog("id", "component")));
    }

    /** Readers of records that are there already; null stands for one that cannot be read. */
    private static final class ListReaders extends AbstractControllerService implements RecordReaderFactory {
        private final List<Record> records;

        private ListReaders(List<Record> records) {
            this.records = records;
        }

        @Override
        public RecordReader createRecordReader(
                Map<String, String> variables, InputStream in, long inputLength, ComponentLog logger) {
            Iterator<Record> left = records.iterator();
            return new RecordReader() {
                @Override
                public Record nextRecord(boolean coerceTypes, boolean dropUnknownFields) {
                    if (!left.hasNext()) {
                        return null;
                    }
                    Record next = left.next();
                    if (next == null) {
                        throw new IllegalArgumentException("malformed");
                    }
                    return next;
                }

                @Override
                public RecordSchema getSchema() {
                    return SCHEMA;
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };
        }
    }
}
