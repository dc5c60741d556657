package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Slicing and reading find the same lanes and the same records. The same container is routed as it is, which slices it, and behind
 * another byte, which leaves it to NiFi's Avro reader and writer. Times are whole milliseconds, as NiFi knows no finer ones.
 */
class RouteBothWaysTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final String DEFINITION = """
            pipeline: orders
            schema:
              type: record
              name: Order
              fields:
                - name: delivery
                  type:
                    type: record
                    name: Delivery
                    fields:
                      - {name: ordered_at, type: {type: long, logicalType: timestamp-millis}}
            identity: [delivery.ordered_at]
            event-time: {field: delivery.ordered_at, late-after: 15 minutes, ahead-limit: 5 minutes}
            batch: {landing: /landing/orders}
            table: {path: /tables/orders}
            """;
    /** More than the pipeline asks for, and with nulls where it has none. */
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Order", "fields": [
              {"name": "number", "type": "long"},
              {"name": "note", "type": ["null", "string"]},
              {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}},
              {"name": "weight", "type": ["null", "double"]},
              {"name": "share", "type": ["float", "null"]},
              {"name": "urgent", "type": "boolean"},
              {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["SALE", "RETURN", "GIFT"]}},
              {"name": "either", "type": ["null", "int", "string"]},
              {"name": "delivery", "type": ["null", {"type": "record", "name": "Delivery", "fields": [
                {"name": "street", "type": "string"},
                {"name": "ordered_at", "type": [{"type": "long", "logicalType": "timestamp-millis"}, "null"]},
                {"name": "floor", "type": ["null", "int"]}]}]},
              {"name": "tags", "type": {"type": "array", "items": "string"}},
              {"name": "amounts", "type": {"type": "map", "values": "int"}},
              {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
                {"name": "article", "type": "string"},
                {"name": "pieces", "type": "int"}]}}},
              {"name": "updated_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "_ingest_id", "type": "string"},
              {"name": "_source", "type": "string"}]}""");

    private static final Map<String, String> PREDICATES = new LinkedHashMap<>(Map.of(
            "batch.10-small", "/total < 10",
            "stream.20-urgent", "/urgent",
            "batch.30-top-floor", "/delivery[./floor > 7]",
            "stream.40-gifts", "/kind = 'GIFT'",
            "batch.50-bulk", "/lines[*]/pieces[. > 98]"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsTheSameLanesAndRecords(long seed) {
        isRoutedAlike(records(seed, 1 + (int) (seed * seed * 20)), Map.of());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void findsTheSameLanesAndRecordsByPredicates(long seed) {
        isRoutedAlike(records(seed, 300), PREDICATES);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void findsTheSameLanesAndRecordsAgainstTheNewestEventTime(long seed) {
        isRoutedAlike(records(seed, 300), Map.of("Lateness Reference", "Newest Event Time"));
    }

    private static void isRoutedAlike(List<GenericRecord> records, Map<String, String> properties) {
        byte[] container = Flows.container(SCHEMA, records);
        TestRunner slicing = runner(properties);
        slicing.enqueue(container);
        slicing.run();
        TestRunner reading = runner(properties);
        OddServices.readPrefixedAvro(reading);
        Flows.writeAvro(reading);
        reading.enqueue(OddServices.prefixed(container));
        reading.run();
        TestRunner both = runner(properties);
        Flows.readJson(both);
        Flows.writeJson(both);
        both.enqueue(container);
        both.run();

        int routed = 0;
        for (Relationship lane : List.of(RouteHybridRecord.STREAM, RouteHybridRecord.BATCH)) {
            List<GenericRecord> sliced = records(slicing, lane);
            areEqual(records(reading, lane), sliced);
            areEqual(records(both, lane), sliced);
            assertThat(records).as(lane.getName()).containsSubsequence(sliced);
            assertThat(attributes(reading, lane)).isEqualTo(attributes(slicing, lane));
            routed += sliced.size();
        }
        List<GenericRecord> invalid = records(slicing, RouteHybridRecord.INVALID);
        assertThat(records(reading, RouteHybridRecord.INVALID))
                .extracting(record -> record.get("ingest_id"))
                .isEqualTo(
                        invalid.stream().map(record -> record.get("ingest_id")).toList());
        assertThat(routed + invalid.size()).isEqualTo(records.size());
    }

    private static void areEqual(List<GenericRecord> found, List<GenericRecord> expected) {
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            assertThat(found.get(i)).as("record %d", i).isEqualTo(expected.get(i));
        }
        assertThat(found).hasSameSizeAs(expected);
    }

    private static TestRunner runner(Map<String, String> properties) {
        TestRunner runner = Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), DEFINITION);
        properties.forEach(runner::setProperty);
        return runner;
    }

    /** Of a FlowFile that was passed on as it is, behind its byte still, too. */
    private static List<GenericRecord> records(TestRunner runner, Relationship lane) {
        return runner.getFlowFilesForRelationship(lane).stream()
                .flatMap(flowFile -> Flows.records(unprefixed(flowFile)).stream())
                .toList();
    }

    private static byte[] unprefixed(MockFlowFile flowFile) {
        byte[] content = flowFile.toByteArray();
        return content[0] == 0 ? java.util.Arrays.copyOfRange(content, 1, content.length) : content;
    }

    private static List<List<String>> attributes(TestRunner runner, Relationship lane) {
        return runner.getFlowFilesForRelationship(lane).stream()
                .map(flowFile -> List.of(
                        flowFile.getAttribute("record.count"),
                        flowFile.getAttribute("hybrid.lane"),
                        flowFile.getAttribute("hybrid.event.time.min"),
                        flowFile.getAttribute("hybrid.event.time.max")))
                .toList();
    }

    private static List<GenericRecord> records(long seed, int count) {
        Random random = new Random(seed);
        List<GenericRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record(random, i));
        }
        return records;
    }

    private static GenericRecord record(Random random, int index) {
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("number", random.nextLong());
        record.put("note", random.nextBoolean() ? null : text(random));
        record.put(
                "total",
                ByteBuffer.wrap(BigDecimal.valueOf(random.nextInt(100_000), 2)
                        .unscaledValue()
                        .toByteArray()));
        record.put("weight", random.nextBoolean() ? null : random.nextGaussian());
        record.put("share", random.nextBoolean() ? null : random.nextFloat());
        record.put("either", random.nextBoolean() ? null : random.nextBoolean() ? text(random) : random.nextInt());
        record.put("urgent", random.nextInt(4) == 0);
        Schema kind = SCHEMA.getField("kind").schema();
        record.put(
                "kind", new GenericData.EnumSymbol(kind, kind.getEnumSymbols().get(random.nextInt(3))));
        record.put("delivery", delivery(random, SCHEMA.getField("delivery").schema()));
        record.put(
                "tags",
                random.ints(random.nextInt(4)).mapToObj(any -> text(random)).toList());
        Map<Utf8, Integer> amounts = new LinkedHashMap<>();
        random.ints(random.nextInt(3)).forEach(any -> amounts.put(text(random), random.nextInt()));
        record.put("amounts", amounts);
        Schema line = SCHEMA.getField("lines").schema().getElementType();
        record.put(
                "lines",
                random.ints(random.nextInt(3))
                        .mapToObj(any -> line(random, line))
                        .toList());
        record.put("updated_at", random.nextInt() * 1_000L);
        record.put("_ingest_id", new Utf8("id-" + index));
        record.put("_source", new Utf8("orders.json"));
        return record;
    }

    private static GenericRecord delivery(Random random, Schema declared) {
        if (random.nextInt(40) == 0) {
            return null;
        }
        Schema schema = declared.getTypes().getLast();
        GenericRecord delivery = new GenericData.Record(schema);
        delivery.put("street", text(random));
        long spread =
                switch (random.nextInt(10)) {
                    case 0 -> random.nextLong(-400L * 24 * 3_600_000, 0);
                    case 1 -> random.nextLong(0, 600_000);
                    default -> random.nextLong(-1_200_000, 300_000);
                };
        delivery.put("ordered_at", random.nextInt(40) == 0 ? null : NOW.toEpochMilli() + spread);
        delivery.put("floor", random.nextBoolean() ? null : random.nextInt(10));
        return delivery;
    }

    private static GenericRecord line(Random random, Schema schema) {
        GenericRecord line = new GenericData.Record(schema);
        line.put("article", text(random));
        line.put("pieces", random.nextInt(100));
        return line;
    }

    /** No digits: in a union of int and string, NiFi's Avro writer makes a number of a text that looks like one. */
    private static Utf8 text(Random random) {
        return new Utf8(random.ints(random.nextInt(12), ':', 600)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }
}
