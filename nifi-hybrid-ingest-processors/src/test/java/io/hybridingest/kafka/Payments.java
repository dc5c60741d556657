package io.hybridingest.kafka;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.pipeline.SystemFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** A pipeline with every kind of field before and after those that matter, and prepared records of it. */
public final class Payments {
    /** Event time of record 0; each further record is a second later. */
    public static final long FIRST_PAID_AT_MILLIS = 1_700_000_000_123L;

    private static final String YAML = """
            pipeline: payments
            schema:
              type: record
              name: Payment
              fields:
                - {name: payment_id, type: string}
                - {name: account, type: ["null", string], default: null}
                - {name: amount, type: {type: bytes, logicalType: decimal, precision: 18, scale: 2}}
                - {name: tags, type: {type: array, items: string}}
                - {name: limits, type: {type: map, values: long}}
                - {name: kind, type: {type: enum, name: Kind, symbols: [CARD, CASH]}}
                - {name: rate, type: [double, "null"]}
                - {name: shop, type: {type: record, name: Shop, fields: [{name: till, type: int}, {name: open, type: boolean}]}}
                - {name: paid_at, type: {type: long, logicalType: timestamp-micros}}
                - {name: note, type: string, default: ""}
            identity: [payment_id]
            event-time: {field: paid_at}
            stream: {topic: payments-topic, encoding: %s, max-lag: 1000, when-lagging: %s}
            batch: {landing: /landing}
            table: {path: /table}
            """;

    private Payments() {}

    /** The pipeline with Avro messages that holds FlowFiles while it lags. */
    public static PipelineDefinition pipeline() {
        return pipeline("avro", "hold");
    }

    public static PipelineDefinition pipeline(String encoding, String whenLagging) {
        return PipelineDefinition.fromYaml(YAML.formatted(encoding, whenLagging));
    }

    /** Identity of the record with this number. */
    public static String id(int number) {
        return "%032x".formatted(number + 1);
    }

    /** A prepared record; equal numbers make equal records. */
    public static GenericRecord record(int number) {
        return record(number, "note " + number);
    }

    public static GenericRecord record(int number, String note) {
        Schema wire = pipeline().wireSchema();
        GenericRecord record = new GenericData.Record(wire);
        record.put("payment_id", "P" + number);
        record.put("account", number % 5 == 4 ? null : "account-" + number % 5);
        record.put(
                "amount",
                ByteBuffer.wrap(new BigDecimal("12.34").unscaledValue().toByteArray()));
        record.put("tags", List.of("a", "longer tag " + number));
        record.put("limits", Map.of("day", 100L + number));
        record.put("kind", new GenericData.EnumSymbol(wire.getField("kind").schema(), "CASH"));
        record.put("rate", number % 2 == 0 ? null : 0.5 * number);
        GenericRecord shop = new GenericData.Record(wire.getField("shop").schema());
        shop.put("till", number);
        shop.put("open", true);
        record.put("shop", shop);
        record.put("paid_at", (FIRST_PAID_AT_MILLIS + number * 1000L) * 1000 + 7);
        record.put("note", note);
        record.put(SystemFields.INGEST_ID, id(number));
        record.put(SystemFields.SOURCE, "orders.json");
        record.put(SystemFields.RESCUED, null);
        return record;
    }

    /** A prepared record as a message in JSON. */
    public static String json(int number) {
        return new String(PlainJson.encode(record(number)), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A container of the records from {@code first} on. */
    public static byte[] container(int first, int count) {
        return container(
                IntStream.range(first, first + count).mapToObj(Payments::record).toList());
    }

    public static byte[] container(List<GenericRecord> records) {
        return container(pipeline().wireSchema(), records, CodecFactory.zstandardCodec(1));
    }

    public static byte[] container(Schema schema, List<GenericRecord> records, CodecFactory codec) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.setCodec(codec);
            writer.setSyncInterval(400);
            writer.create(schema, bytes);
            for (GenericRecord record : records) {
                writer.append(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What a container of quarantined records holds. */
    public static List<GenericRecord> quarantined(byte[] container) {
        List<GenericRecord> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream = new DataFileStream<>(
                new java.io.ByteArrayInputStream(container), new GenericDatumReader<>(QuarantinedRecord.schema()))) {
            stream.forEach(records::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }
}
