package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.testing.Pipelines;
import io.hybridingest.testing.PlainValues;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;

/** Every record takes exactly one way, whichever of the two ways of reading finds it. */
class RoutingPropertyTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final PipelineDefinition PIPELINE = Pipelines.payments();
    private static final Preparation PREPARATION =
            Preparation.of(PIPELINE, Pipelines.MASK_KEY.getBytes(StandardCharsets.UTF_8));
    private static final List<Relationship> LANES = List.of(RouteHybridRecord.STREAM, RouteHybridRecord.BATCH);

    /** Milliseconds from the present, most of them near to where one lane ends and another begins. */
    @Provide
    Arbitrary<List<Integer>> ages() {
        return Arbitraries.oneOf(
                        Arbitraries.of(-900_000, -900_001, -899_999, 0, 300_000, 300_001, 299_999),
                        Arbitraries.integers().between(-2_000_000, 600_000))
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property(tries = 60)
    void everyRecordTakesOneLaneAndBothWaysOfReadingAgree(
            @ForAll("ages") List<Integer> ages, @ForAll("predicates") Optional<String> predicate) {
        List<GenericRecord> records = new ArrayList<>();
        for (int i = 0; i < ages.size(); i++) {
            records.add(record(i, NOW.plusMillis(ages.get(i))));
        }
        byte[] container = Flows.container(PIPELINE.wireSchema(), records);

        TestRunner slicing = route(container, predicate, false);
        TestRunner reading = route(container, predicate, true);

        Map<Object, Relationship> lanes = new HashMap<>();
        for (Relationship lane : LANES) {
            List<GenericRecord> sliced = records(slicing, lane);
            assertThat(plain(sliced)).as("records in %s", lane).isEqualTo(plain(records(reading, lane)));
            sliced.forEach(record -> {
                assertThat(lanes.put(record.get("seq"), lane))
                        .as("another lane of %s", record)
                        .isNull();
                assertThat(PlainValues.of(record)).isEqualTo(PlainValues.of(records.get((int) record.get("seq"))));
            });
        }
        List<GenericRecord> ahead = records(slicing, RouteHybridRecord.INVALID);
        assertThat(lanes.size() + ahead.size()).as("records in all lanes").isEqualTo(records.size());
        assertThat(ids(ahead)).isEqualTo(ids(records(reading, RouteHybridRecord.INVALID)));
        slicing.assertTransferCount(RouteHybridRecord.FAILURE, 0);
        slicing.assertQueueEmpty();
    }

    @Provide
    Arbitrary<Optional<String>> predicates() {
        return Arbitraries.of(Optional.empty(), Optional.of("/account = 'A-1'"), Optional.of("/.[/seq < 3]"));
    }

    private static TestRunner route(byte[] container, Optional<String> predicate, boolean reading) {
        TestRunner runner = Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), Pipelines.PAYMENTS);
        predicate.ifPresent(path -> runner.setProperty("batch.1", path));
        if (reading) {
            Flows.readAvro(runner);
            Flows.writeAvro(runner);
        }
        runner.enqueue(container);
        runner.run();
        return runner;
    }

    private static List<GenericRecord> records(TestRunner runner, Relationship relationship) {
        List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(relationship);
        assertThat(flowFiles).hasSizeLessThanOrEqualTo(1);
        flowFiles.forEach(flowFile -> flowFile.assertAttributeEquals(
                "record.count", Integer.toString(Flows.records(flowFile).size())));
        return flowFiles.isEmpty() ? List.of() : Flows.records(flowFiles.getFirst());
    }

    private static List<Object> plain(List<GenericRecord> records) {
        return records.stream().map(PlainValues::of).toList();
    }

    private static List<String> ids(List<GenericRecord> quarantined) {
        return quarantined.stream()
                .map(record -> record.get("ingest_id").toString())
                .toList();
    }

    private static GenericRecord record(int number, Instant paidAt) {
        MapRecord payment = new MapRecord(
                new SimpleRecordSchema(List.of()),
                Map.of(
                        "payment_id",
                        "p" + number,
                        "seq",
                        number,
                        "acct",
                        "A-" + number % 2,
                        "amount",
                        number + ".25",
                        "paid_at",
                        paidAt.toString(),
                        "extra",
                        number));
        return ((Outcome.Prepared) PREPARATION.prepare(payment, new Origin("flowfile", "source"), number)).record();
    }
}
