package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.record.ContainerSlices;
import io.hybridingest.record.SliceLayouts;
import io.hybridingest.testing.Pipelines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

class RouteHybridRecordTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final PipelineDefinition PIPELINE = Pipelines.payments();
    private static final Duration FRESH = Duration.ofMinutes(-15);
    private static final Duration LATE = Duration.ofMinutes(-15).minusNanos(1_000);
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration AHEAD = Duration.ofMinutes(5).plusNanos(1_000);

    @Test
    void passesOnAsItIsWhatTakesOneLane() throws IOException {
        byte[] fresh = container(FRESH, EARLY);
        byte[] late = container(LATE, Duration.ofDays(-365));
        TestRunner runner = runner();
        runner.enqueue(fresh);
        runner.enqueue(late);

        runner.run(2);

        MockFlowFile stream = only(runner, RouteHybridRecord.STREAM);
        stream.assertContentEquals(fresh);
        stream.assertAttributeEquals("record.count", "2");
        stream.assertAttributeEquals("hybrid.lane", "stream");
        stream.assertAttributeEquals("hybrid.pipeline", "payments");
        stream.assertAttributeEquals("hybrid.event.time.min", "2024-01-31T11:45:00Z");
        stream.assertAttributeEquals("hybrid.event.time.max", "2024-01-31T12:05:00Z");
        stream.assertAttributeEquals("mime.type", "application/avro-binary");
        MockFlowFile batch = only(runner, RouteHybridRecord.BATCH);
        batch.assertContentEquals(late);
        batch.assertAttributeEquals("hybrid.lane", "batch");
        batch.assertAttributeEquals("hybrid.event.time.min", "2023-01-31T12:00:00Z");
        runner.assertTransferCount(RouteHybridRecord.INVALID, 0);
    }

    @Test
    void splitsWhatTakesSeveralLanesWithoutChangingAByteOfARecord() {
        List<GenericRecord> records = payments(FRESH, LATE, AHEAD, Duration.ZERO, LATE);
        TestRunner runner = runner();
        runner.enqueue(Flows.container(PIPELINE.wireSchema(), records));

        runner.run();

        MockFlowFile stream = only(runner, RouteHybridRecord.STREAM);
        MockFlowFile batch = only(runner, RouteHybridRecord.BATCH);
        assertThat(slices(stream)).containsExactlyElementsOf(slices(container(records.get(0), records.get(3))));
        assertThat(slices(batch)).containsExactlyElementsOf(slices(container(records.get(1), records.get(4))));
        stream.assertAttributeEquals("record.count", "2");
        stream.assertAttributeEquals("hybrid.event.time.max", "2024-01-31T12:00:00Z");
        batch.assertAttributeEquals("record.count", "2");
        batch.assertAttributeEquals("hybrid.event.time.max", "2024-01-31T11:44:59.999999Z");
        runner.assertQueueEmpty();
    }

    @Test
    void quarantinesRecordsAheadOfTimeEvenAlone() {
        List<GenericRecord> records = payments(AHEAD);
        TestRunner runner = runner();
        runner.enqueue(Flows.container(PIPELINE.wireSchema(), records));

        runner.run();

        MockFlowFile invalid = only(runner, RouteHybridRecord.INVALID);
        invalid.assertAttributeEquals("hybrid.reasons", "ahead-of-time=1");
        invalid.assertAttributeEquals("hybrid.lane", "invalid");
        invalid.assertAttributeEquals("record.count", "1");
        GenericRecord quarantined = Flows.records(invalid).getFirst();
        assertThat(quarantined.getSchema()).isEqualTo(QuarantinedRecord.schema());
        assertThat(quarantined.get("ingest_id")).hasToString(IngestId.ofValues(List.of("p0", 0)));
        assertThat(quarantined.get("quarantine_id")).hasToString(IngestId.ofValues(List.of("p0", 0)));
        assertThat(quarantined.get("stage")).hasToString("route");
        assertThat(quarantined.get("source")).hasToString("source");
        GenericRecord reason = (GenericRecord) ((List<?>) quarantined.get("reasons")).getFirst();
        assertThat(reason.get("field")).hasToString("paid_at");
        assertThat(reason.get("value")).hasToString("2024-01-31T12:05:00.000001Z");
        assertThat(StandardCharsets.UTF_8
                        .decode((ByteBuffer) quarantined.get("original"))
                        .toString())
                .contains("\"payment_id\":\"p0\"", "\"amount\":12.30", "\"paid_at\":\"2024-01-31T12:05:00.000001Z\"");
        assertThat(runner.getCounterValue("Invalid: ahead-of-time")).isEqualTo(1);
        runner.assertTransferCount(RouteHybridRecord.STREAM, 0);
        runner.assertTransferCount(RouteHybridRecord.BATCH, 0);
    }

    @Test
    void sendsBulkToBatchWholeWithoutReadingIt() throws IOException {
        TestRunner runner = runner();
        runner.setProperty("Bulk Record Count", "100");
        runner.setProperty("Bulk Size", "50 B");
        runner.enqueue("no container", Map.of("record.count", "101"));
        runner.enqueue("no container either, and over the size of fifty bytes");
        runner.enqueue(new byte[51], Map.of("record.count", "many"));

        runner.run(3);

        runner.assertAllFlowFilesTransferred(RouteHybridRecord.BATCH, 3);
        List<MockFlowFile> bulk = runner.getFlowFilesForRelationship(RouteHybridRecord.BATCH);
        bulk.getFirst().assertContentEquals("no container");
        bulk.getFirst().assertAttributeEquals("record.count", "101");
        bulk.getFirst().assertAttributeEquals("hybrid.lane", "batch");
        bulk.getFirst().assertAttributeNotExists("hybrid.event.time.min");
    }

    @Test
    void sendsUnreadableContentToFailureAsItCameAndNothingElse() throws IOException {
        byte[] whole = container(FRESH, LATE, AHEAD);
        byte[] truncated = java.util.Arrays.copyOf(whole, whole.length - 20);
        TestRunner runner = runner();
        runner.enqueue("no container");
        runner.enqueue(truncated);

        runner.run(2);

        runner.assertAllFlowFilesTransferred(RouteHybridRecord.FAILURE, 2);
        runner.getFlowFilesForRelationship(RouteHybridRecord.FAILURE).get(1).assertContentEquals(truncated);
    }

    @Test
    void takesBackWhatItWroteWhenContentTurnsOutUnreadable() throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            records.addAll(payments(i % 2 == 0 ? FRESH : LATE));
        }
        byte[] whole = Flows.container(PIPELINE.wireSchema(), records);
        byte[] truncated = java.util.Arrays.copyOf(whole, whole.length - 20);
        TestRunner runner = runner();
        runner.enqueue(truncated);

        runner.run();

        runner.assertAllFlowFilesTransferred(RouteHybridRecord.FAILURE, 1);
        runner.getFlowFilesForRelationship(RouteHybridRecord.FAILURE).getFirst().assertContentEquals(truncated);
    }

    @Test
    void emitsNothingForNothing() {
        TestRunner runner = runner();
        runner.enqueue(container(new Duration[0]));

        runner.run();

        Stream.of(RouteHybridRecord.STREAM, RouteHybridRecord.BATCH, RouteHybridRecord.FAILURE)
                .forEach(relationship -> runner.assertTransferCount(relationship, 0));
        runner.assertQueueEmpty();
    }

    @Test
    void letsThePredicatesOverrideTheEventTimeInTheOrderOfTheirNames() {
        TestRunner runner = runner();
        runner.setProperty("batch.10-corrections", "/account = 'A-0'");
        runner.setProperty("stream.20-first", "/.[/seq <= 1]");
        runner.enqueue(container(FRESH, LATE, FRESH, LATE, AHEAD));

        runner.run();

        assertThat(sequence(only(runner, RouteHybridRecord.BATCH))).containsExactly(0, 3);
        assertThat(sequence(only(runner, RouteHybridRecord.STREAM))).containsExactly(1, 2);
        runner.assertTransferCount(RouteHybridRecord.INVALID, 1);
    }

    @Test
    void readsAndWritesOtherFormatsWhereReaderAndWriterAreSet() throws IOException {
        TestRunner runner = runner();
        Flows.readJson(runner);
        Flows.writeJson(runner);
        String late = "{\"payment_id\":\"p1\",\"paid_at\":\"2024-01-31T11:00:00Z\"}";
        String fresh = "{\"payment_id\":\"p2\",\"paid_at\":1706702400000}";
        String without = "{\"payment_id\":\"p3\"}";
        runner.enqueue("[" + late + "," + fresh + "," + without + "]", Map.of("filename", "mixed.json"));
        runner.enqueue("[" + late + "]");

        runner.run(2);

        List<MockFlowFile> batch = runner.getFlowFilesForRelationship(RouteHybridRecord.BATCH);
        batch.get(0).assertContentEquals("[" + late + "]");
        batch.get(0).assertAttributeEquals("mime.type", "application/json");
        batch.get(1).assertContentEquals("[" + late + "]");
        only(runner, RouteHybridRecord.STREAM).assertContentEquals("[" + fresh + "]");
        GenericRecord quarantined =
                Flows.records(only(runner, RouteHybridRecord.INVALID)).getFirst();
        assertThat(quarantined.get("ingest_id")).isNull();
        assertThat(quarantined.get("quarantine_id"))
                .hasToString(IngestId.ofContent(without.getBytes(StandardCharsets.UTF_8)));
        assertThat(quarantined.get("source")).hasToString("mixed.json");
    }

    @Test
    void routesBySlicingAsByReading() {
        // NiFi's Avro reader knows milliseconds only.
        Duration late = FRESH.minusMillis(1);
        byte[] content = container(FRESH, late, AHEAD.plusMillis(1), EARLY, late);
        TestRunner slicing = runner();
        TestRunner reading = runner();
        OddServices.readPrefixedAvro(reading);
        Flows.writeAvro(reading);
        slicing.enqueue(content);
        reading.enqueue(OddServices.prefixed(content));

        slicing.run();
        reading.run();

        for (Relationship lane : List.of(RouteHybridRecord.STREAM, RouteHybridRecord.BATCH)) {
            assertThat(slices(only(slicing, lane))).isEqualTo(slices(only(reading, lane)));
        }
    }

    @Test
    void wantsReaderAndWriterTogether() {
        TestRunner runner = runner();
        runner.assertValid();
        Flows.readJson(runner);
        runner.assertNotValid();
        Flows.writeJson(runner);
        runner.assertValid();
        runner.setProperty("stream.bad", "/[");
        runner.assertNotValid();
    }

    private static TestRunner runner() {
        return Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), Pipelines.PAYMENTS);
    }

    private static byte[] container(Duration... fromNow) {
        return Flows.container(PIPELINE.wireSchema(), payments(fromNow));
    }

    private static byte[] container(GenericRecord... records) {
        return Flows.container(PIPELINE.wireSchema(), List.of(records));
    }

    private static List<GenericRecord> payments(Duration... fromNow) {
        Preparation preparation = Preparation.of(PIPELINE, Pipelines.MASK_KEY.getBytes(StandardCharsets.UTF_8));
        List<GenericRecord> records = new ArrayList<>();
        for (int i = 0; i < fromNow.length; i++) {
            Map<String, Object> values = new HashMap<>(Map.of(
                    "payment_id",
                    "p" + i,
                    "seq",
                    i,
                    "account",
                    "A-" + i % 3,
                    "amount",
                    "12.30",
                    "paid_at",
                    NOW.plus(fromNow[i])));
            Outcome outcome = preparation.prepare(
                    new MapRecord(new SimpleRecordSchema(List.of()), values), new Origin("f", "source"), i);
            records.add(((Outcome.Prepared) outcome).record());
        }
        return records;
    }

    private static List<ByteBuffer> slices(MockFlowFile flowFile) {
        return slices(flowFile.toByteArray());
    }

    private static List<ByteBuffer> slices(byte[] container) {
        List<ByteBuffer> slices = new ArrayList<>();
        try (ContainerSlices reading =
                ContainerSlices.open(new ByteArrayInputStream(container), new SliceLayouts("paid_at"))) {
            while (reading.next()) {
                ByteBuffer slice = reading.slice();
                slices.add(ByteBuffer.allocate(slice.remaining()).put(slice).flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return slices;
    }

    private static List<Object> sequence(MockFlowFile flowFile) {
        return Flows.records(flowFile).stream().map(record -> record.get("seq")).toList();
    }

    private static MockFlowFile only(TestRunner runner, Relationship relationship) {
        runner.assertTransferCount(relationship, 1);
        return runner.getFlowFilesForRelationship(relationship).getFirst();
    }
}
