package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class BufferedBlocksTest {
    private static final Schema NUMBERS =
            SchemaBuilder.record("Number").fields().requiredLong("number").endRecord();
    private static final Schema TEXTS =
            SchemaBuilder.record("Text").fields().requiredString("text").endRecord();

    private final BufferedBlocks blocks = new BufferedBlocks();

    @Test
    void findsWhatTheReaderOfStreamsFindsHoweverTheContentIsDamaged() {
        byte[] whole = numbers(CodecFactory.zstandardCodec(1), 5, 2);
        for (int position = 0; position < whole.length; position++) {
            byte[] truncated = Arrays.copyOf(whole, position);
            byte[] damaged = whole.clone();
            damaged[position] ^= (byte) 0xFF;

            assertThat(found(truncated)).as("cut at %d", position).isEqualTo(foundInStream(truncated));
            assertThat(found(damaged)).as("damaged at %d", position).isEqualTo(foundInStream(damaged));
        }
        assertThat(found(whole)).isEqualTo(foundInStream(whole)).hasSize(4);
    }

    @Test
    void aHeaderThatIsKnownIsNotReadAgain() throws IOException {
        byte[] first = numbers(CodecFactory.nullCodec(), 1);
        byte[] second = numbers(CodecFactory.nullCodec(), 2);
        blocks.open(first, first.length);
        String schema = blocks.schemaJson();

        blocks.open(second, second.length);

        assertThat(blocks.schemaJson()).isSameAs(schema);
        assertThat(blocks.next()).isTrue();
        assertThat(blocks.records()).as("each has a sync marker of its own").isEqualTo(2);
    }

    @Test
    void aHeaderOfAnotherSchemaOrCodecIsReadAnew() throws IOException {
        byte[] uncompressed = numbers(CodecFactory.nullCodec(), 1);
        byte[] compressed = numbers(CodecFactory.zstandardCodec(1), 1);
        byte[] texts = container(TEXTS, CodecFactory.nullCodec());

        blocks.open(uncompressed, uncompressed.length);
        assertThat(blocks.codec()).isEqualTo("null");
        blocks.open(compressed, compressed.length);
        assertThat(blocks.codec()).isEqualTo("zstandard");
        blocks.open(texts, texts.length);
        assertThat(new Schema.Parser().parse(blocks.schemaJson())).isEqualTo(TEXTS);
        assertThat(blocks.next()).isFalse();
    }

    @Test
    void afterContentThatIsNoContainerTheNextOneIsReadAllTheSame() throws IOException {
        byte[] container = numbers(CodecFactory.nullCodec(), 3);
        byte[] other = "a,b".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        blocks.open(container, container.length);
        assertThatThrownBy(() -> blocks.open(other, other.length)).isInstanceOf(IOException.class);

        blocks.open(container, container.length);

        assertThat(blocks.next()).isTrue();
        assertThat(blocks.records()).isEqualTo(3);
    }

    @Test
    void whatLiesBehindTheContentInItsBufferIsNoPartOfIt() throws IOException {
        byte[] container = numbers(CodecFactory.nullCodec(), 3);
        byte[] buffer = Arrays.copyOf(container, container.length + 100);
        Arrays.fill(buffer, container.length, buffer.length, (byte) 7);

        blocks.open(buffer, container.length);

        assertThat(blocks.next()).isTrue();
        assertThat(blocks.next()).isFalse();
    }

    private List<String> found(byte[] content) {
        return described(() -> {
            blocks.open(content, content.length);
            return blocks;
        });
    }

    private static List<String> foundInStream(byte[] content) {
        return described(() -> new ContainerBlocks(new ByteArrayInputStream(content)));
    }

    /** The header and the blocks before the damage, and that there is some. */
    private static List<String> described(Opening opening) {
        List<String> found = new ArrayList<>();
        try {
            RecordBlocks opened = opening.open();
            found.add(opened.schemaJson());
            found.add(opened.codec());
            while (opened.next()) {
                found.add(opened.records() + " in " + Arrays.toString(Arrays.copyOf(opened.data(), opened.length())));
            }
        } catch (IOException | RuntimeException e) {
            found.add("damaged");
        }
        return found;
    }

    @FunctionalInterface
    private interface Opening {
        RecordBlocks open() throws IOException;
    }

    private static byte[] numbers(CodecFactory codec, int... blockSizes) {
        return container(NUMBERS, codec, blockSizes);
    }

    private static byte[] container(Schema schema, CodecFactory codec, int... blockSizes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.setCodec(codec).create(schema, bytes);
            for (int size : blockSizes) {
                for (long number = 0; number < size; number++) {
                    writer.append(new GenericRecordBuilder(schema)
                            .set("number", number)
                            .build());
                }
                writer.sync();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
