package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.testing.RandomRecords;
import io.hybridingest.testing.RandomRecords.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class RecordEncoderTest {
    private final AvroBytes bytes = new AvroBytes();

    @Property
    void writesTheBytesThatAvroWrites(@ForAll("samples") Sample sample) throws IOException {
        assertThat(encoded(sample.record())).isEqualTo(byAvro(sample.record()));
    }

    @Provide
    Arbitrary<Sample> samples() {
        return RandomRecords.of(RandomRecords.Carrier.AVRO);
    }

    @Test
    void writesTextOfEveryLengthAndScript() throws IOException {
        Schema schema =
                SchemaBuilder.record("Text").fields().requiredString("text").endRecord();
        for (String text : List.of("", "a", "ñ", "a".repeat(63), "a".repeat(64), "a".repeat(700) + "é", "😀", "漢字")) {
            GenericRecord record = new GenericData.Record(schema);
            record.put("text", text);

            assertThat(encoded(record)).as(text).isEqualTo(byAvro(record));
        }
    }

    @Test
    void writesUnionsOfSeveralTypes() throws IOException {
        Schema schema = SchemaBuilder.record("Union")
                .fields()
                .name("value")
                .type()
                .unionOf()
                .nullType()
                .and()
                .stringType()
                .and()
                .longType()
                .and()
                .map()
                .values()
                .intType()
                .endUnion()
                .noDefault()
                .endRecord();
        for (Object value : new Object[] {null, "7", 7L, Map.of("a", 1)}) {
            GenericRecord record = new GenericData.Record(schema);
            record.put("value", value);

            assertThat(encoded(record)).isEqualTo(byAvro(record));
        }
    }

    @Test
    void leavesBuffersWhereTheyWere() {
        Schema schema =
                SchemaBuilder.record("Bytes").fields().requiredBytes("bytes").endRecord();
        GenericRecord record = new GenericData.Record(schema);
        ByteBuffer part = ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 2);
        record.put("bytes", part);

        assertThat(encoded(record)).containsExactly(4, 2, 3);
        assertThat(encoded(record)).containsExactly(4, 2, 3);
    }

    @Test
    void refusesNullWhereThereMustBeAValue() {
        Schema schema =
                SchemaBuilder.record("Number").fields().requiredLong("number").endRecord();

        assertThatThrownBy(() -> encoded(new GenericData.Record(schema))).isInstanceOf(NullPointerException.class);
    }

    private byte[] encoded(GenericRecord record) {
        bytes.clear();
        RecordEncoder.of(record.getSchema()).encode(record, bytes);
        byte[] encoded = new byte[bytes.written().remaining()];
        bytes.written().get(encoded);
        return encoded;
    }

    private static byte[] byAvro(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
