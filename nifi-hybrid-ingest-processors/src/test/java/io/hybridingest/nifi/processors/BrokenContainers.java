package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.processors.BrokenText.Broken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Avro containers that something went wrong with on the way. */
final class BrokenContainers {
    private static final byte[] SYNC = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private BrokenContainers() {}

    /**
     * @param whole a container that is whole, of one block
     * @param records number of records in it
     */
    static Stream<Broken> of(byte[] whole, int records) {
        return Stream.of(
                Broken.of("empty", ""),
                Broken.of("JSON instead of a container", "{\"payment_id\": \"p1\"}"),
                Broken.of("a ZIP file", RandomBytes.zip(whole)),
                Broken.of("a GZIP file", RandomBytes.gzip(whole)),
                new Broken("random bytes", RandomBytes.several(30, 2_000)),
                new Broken(
                        "random bytes behind the letters of a container",
                        RandomBytes.several(200, 2_000).stream()
                                .map(bytes -> joined(new byte[] {'O', 'b', 'j', 1}, bytes))
                                .toList()),
                new Broken("a bit flipped at every byte", RandomBytes.bitFlips(whole), OptionalInt.of(records)),
                new Broken("cut off at every byte", truncated(whole), OptionalInt.of(0)),
                new Broken(
                        "garbage behind the last block",
                        List.of(joined(whole, BrokenText.utf8("and so on"))),
                        OptionalInt.of(records)),
                new Broken(
                        "a second container behind the first",
                        List.of(joined(whole, whole)),
                        OptionalInt.of(2 * records)),
                Broken.of("records of another schema", other()),
                Broken.of("a schema that is no record", header("null", "\"string\"")),
                Broken.of("a schema that is no JSON", header("null", "{\"type\": \"rec")),
                Broken.of("a schema of 5,000 levels", header("null", deepSchema(5_000))),
                Broken.of("a record that holds itself", recursive()),
                Broken.of("an unknown codec", header("brotli-of-tomorrow", "\"long\"")),
                Broken.of("a block of 2 GB announced", withBlock(1, Integer.MAX_VALUE - 8L)),
                Broken.of("a block of more than 2 GB announced", withBlock(1, 1L << 40)),
                Broken.of("a block of a negative length announced", withBlock(1, -5)),
                Broken.of("a negative number of records announced", withBlock(-5, 10)),
                Broken.of("more records announced than there are bytes", withBlock(Long.MAX_VALUE, 0)));
    }

    private static final String RECURSIVE =
            "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"A\"]}]}";

    private static final String EVENTS =
            "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"paid_at\",\"type\":"
                    + "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}]}";

    private static List<byte[]> truncated(byte[] whole) {
        return IntStream.range(0, whole.length)
                .mapToObj(end -> Arrays.copyOf(whole, end))
                .toList();
    }

    private static byte[] other() {
        Schema schema =
                SchemaBuilder.record("Other").fields().requiredLong("colour").endRecord();
        GenericRecord record = new GenericData.Record(schema);
        record.put("colour", 7L);
        return Flows.container(schema, List.of(record));
    }

    private static String deepSchema(int levels) {
        return "{\"type\":\"array\",\"items\":".repeat(levels) + "\"long\"" + "}".repeat(levels);
    }

    private static byte[] header(String codec, String schema) {
        return written(encoder -> writeHeader(encoder, codec, schema));
    }

    private static byte[] recursive() {
        return written(encoder -> {
            writeHeader(encoder, "null", RECURSIVE);
            encoder.writeLong(1);
            encoder.writeLong(2);
            encoder.writeIndex(1);
            encoder.writeIndex(0);
            encoder.writeFixed(SYNC);
        });
    }

    private static byte[] withBlock(long records, long bytes) {
        return written(encoder -> {
            writeHeader(encoder, "null", EVENTS);
            encoder.writeLong(records);
            encoder.writeLong(bytes);
            encoder.writeFixed(SYNC);
        });
    }

    private static void writeHeader(BinaryEncoder encoder, String codec, String schema) throws IOException {
        encoder.writeFixed(new byte[] {'O', 'b', 'j', 1});
        encoder.writeMapStart();
        encoder.setItemCount(2);
        encoder.startItem();
        encoder.writeString("avro.codec");
        encoder.writeBytes(codec.getBytes(StandardCharsets.UTF_8));
        encoder.startItem();
        encoder.writeString("avro.schema");
        encoder.writeBytes(schema.getBytes(StandardCharsets.UTF_8));
        encoder.writeMapEnd();
        encoder.writeFixed(SYNC);
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writing.to(encoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private interface Writing {
        void to(BinaryEncoder encoder) throws IOException;
    }
}
