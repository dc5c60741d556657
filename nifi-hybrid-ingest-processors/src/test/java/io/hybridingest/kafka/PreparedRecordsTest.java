package io.hybridingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparedRecordsTest {
    private static final Schema WIRE = Payments.pipeline().wireSchema();

    @ParameterizedTest
    @ValueSource(strings = {"null", "zstandard", "deflate"})
    void everySliceIsItsRecordWhateverTheCodec(String codec) throws Exception {
        List<GenericRecord> records =
                IntStream.range(0, 100).mapToObj(Payments::record).toList();

        List<Sliced> slices =
                slice(Payments.container(WIRE, records, CodecFactory.fromString(codec)), content("account"));

        assertThat(slices).extracting(Sliced::decoded).isEqualTo(records);
        assertThat(slices)
                .extracting(Sliced::id)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Payments::id).toList());
        assertThat(slices.get(3).eventTimeMillis()).isEqualTo(Payments.FIRST_PAID_AT_MILLIS + 3000);
        assertThat(slices.get(3).key()).isEqualTo("account-3");
        assertThat(slices.get(4).key()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop.till:3", "kind:CASH", "amount:12.34", "rate:1.5", "paid_at:2023-11-14T22:13:23.123007Z"})
    void anyFieldCanBeTheKey(String pathAndKey) throws Exception {
        String[] parts = pathAndKey.split(":", 2);

        List<Sliced> slices = slice(Payments.container(0, 4), content(parts[0]));

        assertThat(slices.get(3).key()).isEqualTo(parts[1]);
    }

    @Test
    void aContainerThatIsReadAsAStreamIsSlicedAsOneThatFitsIntoMemory() throws Exception {
        byte[] container = Payments.container(0, 5_000);
        assertThat(container).hasSizeGreaterThan(64 * 1024);

        assertThat(slice(container, content(null)))
                .extracting(Sliced::id)
                .containsExactlyElementsOf(
                        IntStream.range(0, 5_000).mapToObj(Payments::id).toList());
    }

    @Test
    void oneSlicerTakesContainersObjectsAndDamageOneAfterTheOther() throws Exception {
        PreparedContent content = content(null);
        byte[] objects = ("  {\"_ingest_id\": \"x\"").getBytes(StandardCharsets.UTF_8);
        try (Slicer slicer = content.slicer()) {
            for (int round = 0; round < 3; round++) {
                assertThat(ids(Payments.container(round, 2), content, slicer))
                        .containsExactly(Payments.id(round), Payments.id(round + 1));
                assertThatThrownBy(() -> ids(objects, content, slicer)).isInstanceOf(UnreadableContentException.class);
                assertThatThrownBy(() -> ids(new byte[0], content, slicer))
                        .isInstanceOf(UnreadableContentException.class);
            }
        }
    }

    @Test
    void contentThatHoldsMoreThanItIsSaidToHoldIsNoContentToTrust() {
        PreparedContent content = content(null);
        byte[] container = Payments.container(0, 2);
        RecordSource source =
                new RecordSource(() -> new ByteArrayInputStream(container), Map.of(), container.length - 1L);

        try (Slicer slicer = content.slicer()) {
            assertThatThrownBy(() -> content.open(source, slicer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("more than the " + (container.length - 1) + " bytes");
        }
    }

    @Test
    void aContainerWithoutRecordsHasNone() throws Exception {
        assertThat(slice(Payments.container(0, 0), content(null))).isEmpty();
    }

    @Test
    void recordsOfAnOlderVersionOfThePipelineAreResolved() throws Exception {
        List<Schema.Field> olderFields = WIRE.getFields().stream()
                .filter(field -> !field.name().equals("note"))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        Schema older = Schema.createRecord(WIRE.getName(), null, WIRE.getNamespace(), false, olderFields);
        GenericRecord record = new GenericData.Record(older);
        older.getFields()
                .forEach(field -> record.put(field.name(), Payments.record(7).get(field.name())));

        List<Sliced> slices =
                slice(Payments.container(older, List.of(record), CodecFactory.nullCodec()), content("account"));

        assertThat(slices).extracting(Sliced::decoded).containsExactly(Payments.record(7, ""));
        assertThat(slices.getFirst().id()).isEqualTo(Payments.id(7));
    }

    @Test
    void anotherMeaningOfTheSameBytesIsRefused() {
        String millis = WIRE.toString().replace("timestamp-micros", "timestamp-millis");
        byte[] container = Payments.container(new Schema.Parser().parse(millis), List.of(), CodecFactory.nullCodec());

        assertThatThrownBy(() -> slice(container, content(null)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("'paid_at' was")
                .hasMessageContaining("timestamp-millis")
                .hasMessageContaining("Send the original records through PreprocessRecord again");
    }

    @Test
    void aForeignSchemaIsRefused() {
        Schema foreign = SchemaBuilder.record("Other").fields().requiredInt("x").endRecord();
        byte[] container = Payments.container(foreign, List.of(), CodecFactory.nullCodec());

        assertThatThrownBy(() -> slice(container, content(null)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("written with another schema than the pipeline's");
    }

    @Test
    void contentThatIsNoContainerIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> slice("a,b".getBytes(StandardCharsets.UTF_8), content(null)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("no Avro container")
                .hasMessageContaining("written without a Record Writer");
    }

    @Test
    void everyTruncationIsNoticedOrEndsAtABlock() throws Exception {
        byte[] whole = Payments.container(0, 12);
        int complete = 0;
        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            try {
                List<Sliced> slices = slice(truncated, content(null));
                assertThat(slices).hasSizeLessThan(12);
                complete++;
            } catch (UnreadableContentException expected) {
                assertThat(expected).hasMessageContaining("PreprocessRecord");
            }
        }
        assertThat(complete).as("lengths that end exactly behind a block").isLessThan(12);
    }

    @Test
    void damagedBytesNeverLeaveTheirBlock() throws Exception {
        byte[] whole = Payments.container(
                WIRE, IntStream.range(0, 6).mapToObj(Payments::record).toList(), CodecFactory.nullCodec());
        int refused = 0;
        for (int position = 0; position < whole.length; position += 7) {
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) 0xFF;
            try {
                slice(damaged, content("account"));
            } catch (UnreadableContentException expected) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static PreparedContent content(String partitionField) {
        return new PreparedContent(Payments.pipeline(), new RecordLayout(WIRE, "paid_at", partitionField), null);
    }

    private static List<Sliced> slice(byte[] container, PreparedContent content)
            throws UnreadableContentException, IOException {
        List<Sliced> slices = new ArrayList<>();
        try (Slicer slicer = content.slicer();
                PreparedRecords records = content.open(PublishFixture.source(container), slicer)) {
            for (PreparedRecord record = records.next(); record != null; record = records.next()) {
                slices.add(new Sliced(
                        decode(record),
                        record.id(),
                        record.eventTimeMillis(),
                        record.partitionKey() == null
                                ? null
                                : new String(record.partitionKey(), StandardCharsets.UTF_8)));
            }
        }
        return slices;
    }

    private static List<String> ids(byte[] bytes, PreparedContent content, Slicer slicer)
            throws UnreadableContentException, IOException {
        List<String> ids = new ArrayList<>();
        try (PreparedRecords records = content.open(PublishFixture.source(bytes), slicer)) {
            for (PreparedRecord record = records.next(); record != null; record = records.next()) {
                ids.add(record.id());
            }
        }
        return ids;
    }

    private static GenericRecord decode(PreparedRecord record) {
        try {
            return new GenericDatumReader<GenericRecord>(WIRE)
                    .read(
                            null,
                            DecoderFactory.get().binaryDecoder(record.bytes(), record.offset(), record.length(), null));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private record Sliced(GenericRecord decoded, String id, long eventTimeMillis, String key) {}
}
