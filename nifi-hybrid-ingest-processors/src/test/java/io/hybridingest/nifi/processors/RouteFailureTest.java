package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.testing.Pipelines;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a FlowFile when something goes wrong, and how little is done when nothing does. */
class RouteFailureTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");

    private static final String FRESH = "2024-01-31T12:00:00Z";
    private static final String LATE = "2024-01-31T11:00:00Z";
    private static final int BEYOND_ROOM = 20_000;

    @Test
    void sendsContainersWithoutTheEventTimeToFailureAndSaysSo() {
        TestRunner runner = runner();
        byte[] other = container(
                SchemaBuilder.record("Other").fields().requiredLong("paid").endRecord(), 1L);
        byte[] plain = container(
                SchemaBuilder.record("Plain").fields().requiredLong("paid_at").endRecord(), 1L);
        byte[] text = container(
                SchemaBuilder.record("Text").fields().requiredString("paid_at").endRecord(), FRESH);
        runner.enqueue(other);
        runner.enqueue(plain);
        runner.enqueue(text);

        runner.run(3);

        runner.assertAllFlowFilesTransferred(RouteHybridRecord.FAILURE, 3);
        List<MockFlowFile> failed = runner.getFlowFilesForRelationship(RouteHybridRecord.FAILURE);
        assertThat(failed.get(0).getAttribute("hybrid.reasons")).contains("has no field paid_at");
        assertThat(failed.get(1).getAttribute("hybrid.reasons")).contains("paid_at is not a timestamp");
        assertThat(failed.get(2).getAttribute("hybrid.reasons")).contains("paid_at is not a timestamp");
        assertThat(failed.get(0).toByteArray()).isEqualTo(other);
    }

    @Test
    void leavesContainersWithTheEventTimeAsTextToTheRecordReader() {
        TestRunner runner = runner();
        Flows.readAvro(runner);
        Flows.writeAvro(runner);
        Schema schema =
                SchemaBuilder.record("Text").fields().requiredString("paid_at").endRecord();
        runner.enqueue(container(schema, FRESH, LATE));

        runner.run();

        assertThat(Flows.records(only(runner, RouteHybridRecord.STREAM)))
                .singleElement()
                .extracting(record -> record.get("paid_at").toString())
                .isEqualTo(FRESH);
        runner.assertTransferCount(RouteHybridRecord.BATCH, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5_000})
    void takesBackWhatIsWrittenWhenTheReaderFailsHalfway(int records) {
        TestRunner runner = runner();
        // A reader that infers the schema reads everything before the first record.
        Flows.readJson(
                runner,
                SchemaBuilder.record("Payment")
                        .fields()
                        .requiredInt("payment_id")
                        .requiredString("paid_at")
                        .endRecord());
        AtomicInteger begun = OddServices.countWriters(runner);
        String broken = json(records, i -> i % 2 == 0 ? FRESH : LATE).replaceFirst("]$", ", {\"payment_id\": ");
        runner.enqueue(broken);

        runner.run();

        runner.assertAllFlowFilesTransferred(RouteHybridRecord.FAILURE, 1);
        MockFlowFile failed = only(runner, RouteHybridRecord.FAILURE);
        failed.assertContentEquals(broken);
        assertThat(failed.getAttribute("hybrid.reasons")).contains("malformed");
        assertThat(begun).hasValue(2);
        assertThat(runner.getProvenanceEvents())
                .extracting(event -> event.getEventType())
                .doesNotContain(ProvenanceEventType.ROUTE);
    }

    @Test
    void keepsTheFlowFileInItsQueueWhenTheWriterFails() {
        TestRunner runner = runner();
        Flows.readJson(runner);
        OddServices.failToWrite(runner);
        String mixed = json(4, i -> i % 2 == 0 ? FRESH : LATE);
        runner.enqueue(mixed);

        assertThatThrownBy(runner::run)
                .hasMessageContaining("could not be read or written")
                .hasRootCauseMessage("the disk is full");

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        for (Relationship relationship : runner.getProcessor().getRelationships()) {
            runner.assertTransferCount(relationship, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void doesNotWriteWhatIsSmallAndTakesOneLane(int records) {
        TestRunner runner = runner();
        Flows.readJson(runner);
        AtomicInteger begun = OddServices.countWriters(runner);
        String fresh = json(records, i -> FRESH);
        runner.enqueue(fresh, Map.of("mime.type", "application/x-ours"));

        runner.run();

        MockFlowFile stream = only(runner, RouteHybridRecord.STREAM);
        stream.assertContentEquals(fresh);
        stream.assertAttributeEquals("mime.type", "application/x-ours");
        stream.assertAttributeEquals("record.count", Integer.toString(records));
        assertThat(begun).hasValue(0);
    }

    @Test
    void passesOnAsItIsWhatIsLargeAndTakesOneLane() {
        TestRunner runner = runner();
        Flows.readJson(runner);
        AtomicInteger begun = OddServices.countWriters(runner);
        runner.setProperty("Bulk Record Count", Integer.toString(BEYOND_ROOM));
        String late = json(BEYOND_ROOM, i -> LATE);
        runner.enqueue(late);

        runner.run();

        MockFlowFile batch = only(runner, RouteHybridRecord.BATCH);
        batch.assertContentEquals(late);
        batch.assertAttributeEquals("record.count", Integer.toString(BEYOND_ROOM));
        batch.assertAttributeEquals("hybrid.event.time.min", LATE);
        assertThat(begun)
                .as("writers begun, as more than fits in memory was read")
                .hasValue(1);
        runner.assertTransferCount(RouteHybridRecord.STREAM, 0);
    }

    @Test
    void keepsTheOrderOfRecordsThatWaitedInMemory() {
        TestRunner runner = jsonRunner();
        runner.enqueue(json(BEYOND_ROOM, i -> i == 50 || i == BEYOND_ROOM - 1 ? LATE : FRESH));

        runner.run();

        assertThat(ids(only(runner, RouteHybridRecord.STREAM)))
                .containsExactlyElementsOf(IntStream.range(0, BEYOND_ROOM - 1)
                        .filter(i -> i != 50)
                        .boxed()
                        .toList());
        assertThat(ids(only(runner, RouteHybridRecord.BATCH))).containsExactly(50, BEYOND_ROOM - 1);
    }

    @Test
    void quarantinesRecordsWithoutEventTimeEvenWherePredicatesHold() {
        TestRunner runner = jsonRunner();
        runner.setProperty("stream.all", "/payment_id > 0");
        runner.enqueue("[{\"payment_id\": 1, \"paid_at\": null}, {\"payment_id\": 2, \"paid_at\": \"" + LATE + "\"}]");

        runner.run();

        only(runner, RouteHybridRecord.INVALID).assertAttributeEquals("hybrid.reasons", "missing=1");
        assertThat(ids(only(runner, RouteHybridRecord.STREAM))).containsExactly(2);
    }

    @Test
    void tellsWhereEverythingWent() {
        TestRunner runner = jsonRunner();
        runner.setProperty("Bulk Size", "10 KB");
        runner.enqueue("[]");
        runner.enqueue(json(1, i -> FRESH));
        runner.enqueue(json(2, i -> i == 0 ? FRESH : LATE));
        runner.enqueue(new byte[10_241]);

        runner.run(4);

        assertThat(runner.getProvenanceEvents().stream()
                        .filter(event -> event.getEventType() == ProvenanceEventType.ROUTE)
                        .map(event -> event.getRelationship())
                        .collect(Collectors.groupingBy(name -> name, Collectors.counting())))
                .isEqualTo(Map.of("stream", 2L, "batch", 2L));
        List<MockFlowFile> batch = runner.getFlowFilesForRelationship(RouteHybridRecord.BATCH);
        assertThat(batch).hasSize(2).allSatisfy(flowFile -> {
            flowFile.assertAttributeEquals("hybrid.pipeline", "payments");
            flowFile.assertAttributeEquals("hybrid.lane", "batch");
        });
    }

    private static TestRunner runner() {
        return Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), Pipelines.PAYMENTS);
    }

    private static TestRunner jsonRunner() {
        TestRunner runner = runner();
        Flows.readJson(runner);
        Flows.writeJson(runner);
        runner.setProperty("Bulk Record Count", "1000000");
        return runner;
    }

    private static String json(int records, java.util.function.IntFunction<String> eventTimes) {
        return IntStream.range(0, records)
                .mapToObj(i -> "{\"payment_id\":%d,\"paid_at\":\"%s\"}".formatted(i, eventTimes.apply(i)))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static List<Integer> ids(MockFlowFile flowFile) {
        return java.util.regex.Pattern.compile("\"payment_id\":(\\d+)")
                .matcher(flowFile.getContent())
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .toList();
    }

    private static byte[] container(Schema schema, Object... values) {
        List<GenericRecord> records = java.util.Arrays.stream(values)
                .map(value -> {
                    GenericRecord record = new GenericData.Record(schema);
                    record.put(0, value);
                    return record;
                })
                .toList();
        return Flows.container(schema, records);
    }

    private static MockFlowFile only(TestRunner runner, Relationship relationship) {
        runner.assertTransferCount(relationship, 1);
        return runner.getFlowFilesForRelationship(relationship).getFirst();
    }
}
