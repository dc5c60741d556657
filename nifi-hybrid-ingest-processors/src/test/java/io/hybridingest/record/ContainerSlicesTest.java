package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerSlicesTest {
    /** The event time is inside of a nullable record, with fields of every kind around it. */
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Outer", "fields": [
              {"name": "text", "type": "string"},
              {"name": "tags", "type": {"type": "map", "values": {"type": "array", "items": "double"}}},
              {"name": "when", "type": ["null", {"type": "record", "name": "When", "fields": [
                {"name": "note", "type": ["string", "null"]},
                {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                {"name": "zone", "type": "string"}]}]},
              {"name": "payload", "type": "bytes"},
              {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}}]}""");

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "zstandard", "snappy"})
    void readsOnlyTheEventTimeAndLeavesTheBytesAsTheyAre(String codec) throws IOException {
        List<GenericRecord> records = records(500);
        byte[] container = container(records, codec);
        List<byte[]> slices = new ArrayList<>();
        List<OptionalLong> times = new ArrayList<>();
        try (ContainerSlices reading =
                ContainerSlices.open(new ByteArrayInputStream(container), new SliceLayouts("when.at"))) {
            while (reading.next()) {
                slices.add(bytes(reading.slice()));
                times.add(reading.eventMicros());
                assertThat(reading.decode()).isEqualTo(records.get(slices.size() - 1));
            }
        }

        assertThat(slices).hasSameSizeAs(records);
        for (int i = 0; i < records.size(); i++) {
            assertThat(slices.get(i)).isEqualTo(encoded(records.get(i)));
            assertThat(times.get(i)).isEqualTo(i % 7 == 0 ? OptionalLong.empty() : OptionalLong.of(i * 1000L));
        }
    }

    /** Few records are stored, many are compressed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 5000})
    void copiesSlicesIntoContainersThatAnyAvroReaderReads(int count) throws IOException {
        List<GenericRecord> records = records(count);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordOutput<ByteBuffer> output =
                Containers.ofSlices(SCHEMA.toString()).open(out)) {
            for (GenericRecord record : records) {
                output.write(ByteBuffer.wrap(encoded(record)));
            }
            assertThat(output.finish()).isEqualTo(Map.of("mime.type", "application/avro-binary"));
        }

        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(out.toByteArray()), new GenericDatumReader<>())) {
            assertThat(stream.getMetaString("avro.codec")).isEqualTo("zstandard");
            assertThat(stream.getSchema()).isEqualTo(SCHEMA);
            assertThat(stream.iterator()).toIterable().containsExactlyElementsOf(records);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "zstandard"})
    void copiesBlockAfterBlockHoweverLargeARecordIs(String codec) throws IOException {
        List<GenericRecord> records = records(300);
        records.get(7).put("payload", ByteBuffer.wrap(new byte[3_000_000]));
        records.get(200).put("text", new org.apache.avro.util.Utf8("x".repeat(500_000)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ContainerSlices reading = ContainerSlices.open(
                        new ByteArrayInputStream(container(records, codec)), new SliceLayouts("when.at"));
                RecordOutput<ByteBuffer> output = reading.format().open(out)) {
            while (reading.next()) {
                output.write(reading.slice());
            }
            output.finish();
        }

        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(out.toByteArray()), new GenericDatumReader<>())) {
            assertThat(stream.iterator()).toIterable().containsExactlyElementsOf(records);
        }
    }

    @Test
    void goesBackToTheFirstRecordWhileThatIsInMemory() throws IOException {
        List<GenericRecord> records = records(500);
        try (ContainerSlices reading = ContainerSlices.open(
                new ByteArrayInputStream(container(records, "zstandard")), new SliceLayouts("when.at"))) {
            assertThat(reading.rewind()).as("before the first record").isFalse();
            for (int i = 0; i < 10; i++) {
                assertThat(reading.next()).isTrue();
            }
            assertThat(reading.rewind()).isTrue();
            for (GenericRecord record : records) {
                assertThat(reading.next()).isTrue();
                assertThat(reading.decode()).isEqualTo(record);
            }
            assertThat(reading.rewind()).as("in the last of many blocks").isFalse();
            assertThat(reading.next()).isFalse();
        }
    }

    @Test
    void takesNoMemoryForBytesThatADamagedLengthPromises() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(container(List.of(), "zstandard"));
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(1);
        encoder.writeLong(Integer.MAX_VALUE - 8);
        out.write(new byte[1_000]);

        assertThatThrownBy(() -> readAll(out.toByteArray()))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessage("the Avro container is damaged: it breaks off before its end");
    }

    @Test
    void noticesBlocksThatDoNotHoldWhatTheyAreSaidTo() throws IOException {
        byte[] header = container(List.of(), "null");
        byte[] sync = Arrays.copyOfRange(header, header.length - 16, header.length);
        byte[] record = encoded(records(1).getFirst());
        byte[] block = Arrays.copyOf(record, record.length + 1);

        assertThatThrownBy(() -> readAll(container(header, 1, block, sync)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("a block holds more than its records");
        assertThatThrownBy(() -> readAll(container(header, 2, record, sync)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("ends in the middle of a record");
        assertThatThrownBy(() -> readAll(container(header, 1, record, new byte[16])))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("does not end where it should");
        assertThat(readAll(container(header, 1, record, sync))).isEqualTo(1);
    }

    @Test
    void noticesContainersThatBreakOffInsideOfTheHeaderOrABlock() throws IOException {
        byte[] container = container(records(500), "zstandard");
        byte[] sync = Arrays.copyOfRange(container, container.length - 16, container.length);
        for (int length = 0; length < container.length; length += 97) {
            byte[] part = Arrays.copyOf(container, length);
            boolean betweenBlocks = length > 16 && Arrays.equals(sync, Arrays.copyOfRange(part, length - 16, length));
            if (betweenBlocks) {
                continue;
            }
            assertThatThrownBy(() -> readAll(part))
                    .as("%d of %d bytes", length, container.length)
                    .isInstanceOf(UnreadableContentException.class);
        }
        assertThat(readAll(container)).isEqualTo(500);
    }

    @Test
    void refusesWhatIsNoContainerOrHasNoEventTime() throws IOException {
        byte[] container = container(records(1), "null");

        assertThatThrownBy(() -> readAll("{\"a\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("not an Avro container");
        assertThatThrownBy(() -> ContainerSlices.open(new ByteArrayInputStream(container), new SliceLayouts("paid_at")))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("no field paid_at");
        assertThatThrownBy(() -> ContainerSlices.open(new ByteArrayInputStream(container), new SliceLayouts("text")))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("not a timestamp");
        assertThatThrownBy(() -> ContainerSlices.open(
                        new ByteArrayInputStream(container(records(1), "null")), new SliceLayouts("when.at.nanos")))
                .isInstanceOf(UnreadableContentException.class)
                .hasMessageContaining("no field when.at.nanos");
    }

    private static byte[] container(byte[] header, int count, byte[] block, byte[] sync) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(count);
        encoder.writeLong(block.length);
        out.write(block);
        out.write(sync);
        return out.toByteArray();
    }

    private static int readAll(byte[] container) throws IOException {
        int count = 0;
        try (ContainerSlices slices =
                ContainerSlices.open(new ByteArrayInputStream(container), new SliceLayouts("when.at"))) {
            while (slices.next()) {
                count++;
            }
        }
        return count;
    }

    private static List<GenericRecord> records(int count) {
        List<GenericRecord> records = new ArrayList<>();
        Schema whenSchema = SCHEMA.getField("when").schema().getTypes().get(1);
        for (int i = 0; i < count; i++) {
            GenericRecord when = new GenericData.Record(whenSchema);
            when.put("note", i % 2 == 0 ? null : new org.apache.avro.util.Utf8("note " + i));
            when.put("at", i % 14 == 0 ? null : (Object) (long) i);
            when.put("zone", new org.apache.avro.util.Utf8("Z"));
            GenericRecord record = new GenericData.Record(SCHEMA);
            record.put("text", new org.apache.avro.util.Utf8("é".repeat(i % 40)));
            record.put("tags", Map.of(new org.apache.avro.util.Utf8("t"), List.of(1.0, i * 2.0)));
            record.put("when", i % 7 == 0 && i % 14 != 0 ? null : when);
            record.put("payload", ByteBuffer.wrap(new byte[i]));
            record.put("hash", new GenericData.Fixed(SCHEMA.getField("hash").schema(), new byte[] {1, 2, 3, (byte) i}));
            records.add(record);
        }
        return records;
    }

    private static byte[] container(List<GenericRecord> records, String codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
            writer.setCodec(CodecFactory.fromString(codec))
                    .setSyncInterval(4_000)
                    .create(SCHEMA, out);
            for (GenericRecord record : records) {
                writer.append(record);
            }
        }
        return out.toByteArray();
    }

    private static byte[] encoded(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
