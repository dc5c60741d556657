package io.hybridingest.bench.publish;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.SingleObjectEncoding;
import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.Containers;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** The records that all sides publish: the same ones each time. Immutable. */
final class Purchases {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final PipelineDefinition pipeline;
    private final List<GenericRecord> records;

    private Purchases(PipelineDefinition pipeline, List<GenericRecord> records) {
        this.pipeline = pipeline;
        this.records = List.copyOf(records);
    }

    /** @param topic topic of the pipeline */
    static Purchases of(int count, String topic) {
        PipelineDefinition pipeline = PipelineDefinition.fromYaml(definition().replace("TOPIC", topic));
        Random random = new Random(20130101);
        List<GenericRecord> records = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            records.add(record(pipeline.wireSchema(), number, random));
        }
        return new Purchases(pipeline, records);
    }

    PipelineDefinition pipeline() {
        return pipeline;
    }

    int count() {
        return records.size();
    }

    /** Avro containers as PreprocessRecord writes them, of so many records each. */
    List<byte[]> containers(int recordsEach) {
        OutputFormat<GenericRecord> writer = Containers.ofRecords(pipeline.wireSchema());
        return chunks(recordsEach).stream()
                .map(chunk -> container(chunk, writer))
                .toList();
    }

    /** JSON lines, of so many records each. */
    List<byte[]> lines(int recordsEach) {
        return chunks(recordsEach).stream()
                .map(chunk -> String.join(
                                "\n", chunk.stream().map(Purchases::json).toList())
                        .getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /**
     * One line of text for each record: as long as its Avro message, byte for byte the same where that is a printable
     * character, and another printable character where it is not.
     */
    List<String> payloads() {
        return records.stream().map(Purchases::payload).toList();
    }

    /** The same, and behind it what the message's key and headers hold: a little less than they take on the wire. */
    List<String> payloadsOfWholeMessages() {
        String schema =
                "hybrid.schema" + SingleObjectEncoding.of(pipeline.wireSchema()).fingerprintHex();
        return records.stream()
                .map(record -> {
                    String id = (String) record.get(SystemFields.INGEST_ID);
                    return payload(record) + id + "hybrid.id" + id + schema;
                })
                .toList();
    }

    private static String payload(GenericRecord record) {
        byte[] message = message(record);
        for (int i = 0; i < message.length; i++) {
            boolean printable = message[i] >= ' ' && message[i] < 0x7F;
            message[i] = printable ? message[i] : (byte) ('0' + (message[i] & 0x3F));
        }
        return new String(message, StandardCharsets.US_ASCII);
    }

    private static byte[] message(GenericRecord record) {
        try {
            ByteBuffer message = new org.apache.avro.message.BinaryMessageEncoder<GenericRecord>(
                            GenericData.get(), record.getSchema())
                    .encode(record);
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<List<GenericRecord>> chunks(int size) {
        List<List<GenericRecord>> chunks = new ArrayList<>();
        for (int from = 0; from < records.size(); from += size) {
            chunks.add(records.subList(from, Math.min(from + size, records.size())));
        }
        return chunks;
    }

    private static byte[] container(List<GenericRecord> chunk, OutputFormat<GenericRecord> writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RecordOutput<GenericRecord> output = writer.open(bytes)) {
            for (GenericRecord record : chunk) {
                output.write(record);
            }
            output.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static GenericRecord record(Schema wire, int number, Random random) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        GenericRecord record = new GenericData.Record(wire);
        record.put("purchase_id", new UUID(random.nextLong(), random.nextLong()).toString());
        record.put("account", "DE%020d".formatted(Math.abs(random.nextLong() % 1_000_000_000_000L)));
        record.put("amount", ByteBuffer.wrap(cents(random).unscaledValue().toByteArray()));
        record.put("currency", number % 3 == 0 ? "USD" : "EUR");
        record.put("items", random.nextInt(20));
        record.put("merchant", "merchant-%05d".formatted(random.nextInt(5000)));
        record.put("country", number % 7 == 0 ? null : "DE");
        record.put("paid_at", (FIRST.toEpochMilli() + number * 37L) * 1000 + random.nextInt(1000));
        record.put("channel", number % 2 == 0 ? "web" : "store");
        record.put("device", number % 2 == 0 ? "device-%08x".formatted(random.nextInt()) : null);
        record.put(SystemFields.INGEST_ID, HexFormat.of().formatHex(id));
        record.put(SystemFields.SOURCE, "purchases-0042.json");
        return record;
    }

    private static BigDecimal cents(Random random) {
        return BigDecimal.valueOf(random.nextInt(1_000_000), 2);
    }

    private static String json(GenericRecord record) {
        return """
                {"purchase_id":"%s","account":"%s","amount":%s,"currency":"%s","items":%d,"merchant":"%s","country":%s,\
                "paid_at":"%s","channel":"%s","device":%s,"_ingest_id":"%s","_source":"%s","_rescued":null}""".formatted(
                        record.get("purchase_id"),
                        record.get("account"),
                        new BigDecimal(new java.math.BigInteger(((ByteBuffer) record.get("amount")).array()), 2),
                        record.get("currency"),
                        record.get("items"),
                        record.get("merchant"),
                        quoted(record.get("country")),
                        Instant.EPOCH.plusNanos(((Long) record.get("paid_at")) * 1000),
                        record.get("channel"),
                        quoted(record.get("device")),
                        record.get(SystemFields.INGEST_ID),
                        record.get(SystemFields.SOURCE));
    }

    private static String quoted(Object value) {
        return value == null ? "null" : "\"" + value + "\"";
    }

    private static String definition() {
        try (InputStream yaml = Purchases.class.getResourceAsStream("purchases.yaml")) {
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
