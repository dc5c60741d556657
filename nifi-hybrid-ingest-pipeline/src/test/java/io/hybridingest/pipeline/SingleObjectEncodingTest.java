package io.hybridingest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

class SingleObjectEncodingTest {
    private final Schema schema =
            PipelineDefinition.fromYaml(Definitions.SMALLEST).wireSchema();
    private final SingleObjectEncoding encoding = SingleObjectEncoding.of(schema);

    @Test
    void prefixIsTheOneThatAvroItselfWrites() throws IOException {
        byte[] message = message();
        assertThat(encoding.prefix()).isEqualTo(Arrays.copyOf(message, SingleObjectEncoding.PREFIX_LENGTH));
    }

    @Test
    void fingerprintInHexIsMostSignificantFirst() {
        assertThat(new SingleObjectEncoding(0x0102030405060708L).fingerprintHex())
                .isEqualTo("0102030405060708");
        assertThat(new SingleObjectEncoding(0x0102030405060708L).prefix())
                .containsExactly(0xC3, 0x01, 8, 7, 6, 5, 4, 3, 2, 1);
    }

    @Test
    void knowsItsOwnMessages() throws IOException {
        byte[] message = message();
        assertThat(encoding.matches(message)).isTrue();
        message[5]++;
        assertThat(encoding.matches(message)).isFalse();
        assertThat(SingleObjectEncoding.isSingleObject(message)).isTrue();
    }

    @Test
    void otherBytesAreNoMessages() {
        assertThat(SingleObjectEncoding.isSingleObject(null)).isFalse();
        assertThat(SingleObjectEncoding.isSingleObject(new byte[] {(byte) 0xC3, 1, 0}))
                .isFalse();
        assertThat(SingleObjectEncoding.isSingleObject("{\"id\": 1, \"at\": 2}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    private byte[] message() throws IOException {
        GenericData.Record record = new GenericRecordBuilder(schema)
                .set("id", 1L)
                .set("at", 2L)
                .set(SystemFields.INGEST_ID, IngestId.ofValues(List.of(1L)))
                .set(SystemFields.SOURCE, "test")
                .build();
        ByteBuffer message = new BinaryMessageEncoder<>(GenericData.get(), schema).encode(record);
        return Arrays.copyOfRange(message.array(), message.position(), message.limit());
    }
}
