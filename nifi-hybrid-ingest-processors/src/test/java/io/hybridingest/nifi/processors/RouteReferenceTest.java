package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.testing.Pipelines;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/** Lateness is an hour, on a clock that stands at noon of 2024-01-31. */
class RouteReferenceTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final String DEFINITION = Pipelines.PAYMENTS.replace("late-after: 15 minutes", "late-after: 1 hour");
    private static final PipelineDefinition PIPELINE = PipelineDefinition.fromYaml(DEFINITION);
    private static final Instant REPLAYED = Instant.parse("2020-05-01T08:00:00Z");

    @Test
    void streamsAReplayOfOldRecordsAndSendsOnlyItsStragglersToBatch() {
        TestRunner runner = runner();
        runner.enqueue(container(
                REPLAYED,
                REPLAYED.plus(Duration.ofMinutes(61)),
                REPLAYED.plus(Duration.ofMinutes(1)),
                REPLAYED,
                REPLAYED.plus(Duration.ofMinutes(62))));
        runner.enqueue(container(REPLAYED.plus(Duration.ofMinutes(1)), REPLAYED.plus(Duration.ofMinutes(2))));

        runner.run(2);

        assertThat(sequences(runner, RouteHybridRecord.STREAM)).containsExactly(List.of(0, 1, 2, 4), List.of(1));
        assertThat(sequences(runner, RouteHybridRecord.BATCH)).containsExactly(List.of(3), List.of(0));
        runner.getStateManager().assertStateEquals("newest.event.time", "2020-05-01T09:02:00Z", Scope.LOCAL);
    }

    @Test
    void measuresTheAheadLimitFromTheClockAndNeverFollowsWhatIsInvalid() {
        TestRunner runner = runner();
        runner.enqueue(container(REPLAYED, NOW.plus(Duration.ofMinutes(6)), REPLAYED.plus(Duration.ofMinutes(1))));
        runner.enqueue(container(NOW.plus(Duration.ofMinutes(5)), REPLAYED));

        runner.run(2);

        assertThat(sequences(runner, RouteHybridRecord.STREAM)).containsExactly(List.of(0, 2), List.of(0));
        assertThat(sequences(runner, RouteHybridRecord.BATCH)).containsExactly(List.of(1));
        runner.assertTransferCount(RouteHybridRecord.INVALID, 1);
        runner.getStateManager().assertStateEquals("newest.event.time", "2024-01-31T12:05:00Z", Scope.LOCAL);
    }

    @Test
    void goesOnAfterARestartWhereItWasAndBeginsAnewWhenTheStateIsCleared() throws Exception {
        TestRunner runner = runner();
        runner.enqueue(container(REPLAYED));
        runner.run();
        byte[] twoHoursBefore = container(REPLAYED.minus(Duration.ofHours(2)));

        runner.enqueue(twoHoursBefore);
        runner.run();
        assertThat(sequences(runner, RouteHybridRecord.BATCH)).hasSize(1);

        runner.getStateManager().clear(Scope.LOCAL);
        runner.enqueue(twoHoursBefore);
        runner.run();
        assertThat(sequences(runner, RouteHybridRecord.STREAM)).hasSize(2);
        runner.getStateManager().assertStateEquals("newest.event.time", "2020-05-01T06:00:00Z", Scope.LOCAL);
    }

    @Test
    void doesNotFollowBulkOrUnreadableFlowFiles() {
        TestRunner runner = runner();
        byte[] whole = container(NOW, NOW);
        runner.enqueue(whole, Map.of("record.count", "1000000"));
        runner.enqueue(java.util.Arrays.copyOf(whole, whole.length - 1));
        runner.enqueue(container(REPLAYED));

        runner.run(3);

        runner.assertTransferCount(RouteHybridRecord.BATCH, 1);
        runner.assertTransferCount(RouteHybridRecord.FAILURE, 1);
        runner.assertTransferCount(RouteHybridRecord.STREAM, 1);
        runner.getStateManager().assertStateEquals("newest.event.time", "2020-05-01T08:00:00Z", Scope.LOCAL);
    }

    @Test
    void followsRecordsThatAPredicateSendsElsewhere() {
        TestRunner runner = runner();
        runner.setProperty("batch.corrections", "/seq = 1");
        runner.enqueue(container(REPLAYED, REPLAYED.plus(Duration.ofHours(3)), REPLAYED));

        runner.run();

        assertThat(sequences(runner, RouteHybridRecord.STREAM)).containsExactly(List.of(0));
        assertThat(sequences(runner, RouteHybridRecord.BATCH)).containsExactly(List.of(1, 2));
    }

    @Test
    void neitherMovesNorStoresWhatARolledBackSessionHasSeen() {
        TestRunner runner = runner();
        OddServices.readPrefixedAvro(runner);
        OddServices.failToWrite(runner);
        byte[] mixed = OddServices.prefixed(container(REPLAYED, NOW, REPLAYED));
        runner.enqueue(mixed);

        assertThatThrownBy(runner::run).hasMessageContaining("could not be read or written");

        runner.assertQueueNotEmpty();
        runner.getStateManager().assertStateNotSet("newest.event.time", Scope.LOCAL);
    }

    @Test
    void writesTheStateOnlyWhenItMoved() throws Exception {
        TestRunner runner = runner();
        runner.enqueue(container(REPLAYED));
        runner.run();
        Optional<String> before = runner.getStateManager().getState(Scope.LOCAL).getStateVersion();

        runner.enqueue(container(REPLAYED.minusSeconds(1)));
        runner.enqueue(container(REPLAYED));
        runner.run(2);

        assertThat(runner.getStateManager().getState(Scope.LOCAL).getStateVersion())
                .isEqualTo(before);
    }

    @Test
    void routesOnAndStoresWithTheNextMoveWhenTheStateCannotBeWritten() {
        TestRunner runner = runner();
        runner.getStateManager().setFailOnStateSet(Scope.LOCAL, true);
        runner.enqueue(container(REPLAYED));
        runner.run();
        runner.assertTransferCount(RouteHybridRecord.STREAM, 1);
        runner.getStateManager().assertStateNotSet("newest.event.time", Scope.LOCAL);
        runner.getStateManager().setFailOnStateSet(Scope.LOCAL, false);

        runner.enqueue(container(REPLAYED.plusSeconds(1)));
        runner.run();

        runner.getStateManager().assertStateEquals("newest.event.time", "2020-05-01T08:00:01Z", Scope.LOCAL);
    }

    @Test
    void agreesOnTheNewestOfAllTasks() {
        TestRunner runner = runner();
        runner.setThreadCount(2);
        int flowFiles = 200;
        for (int i = 0; i < flowFiles; i++) {
            // Neighbours in the queue, which tasks take at one time, are far apart.
            runner.enqueue(container(REPLAYED.plusSeconds((i * 73L) % flowFiles)));
        }

        runner.run(flowFiles);

        runner.assertTransferCount(RouteHybridRecord.STREAM, flowFiles);
        runner.getStateManager()
                .assertStateEquals(
                        "newest.event.time", REPLAYED.plusSeconds(flowFiles - 1).toString(), Scope.LOCAL);
    }

    @Test
    void saysWhatToDoAboutAStateThatIsNotItsOwn() throws Exception {
        TestRunner runner = runner();
        runner.getStateManager().setState(Map.of("newest.event.time", "yesterday"), Scope.LOCAL);

        assertThatThrownBy(runner::run)
                .hasStackTraceContaining("has 'yesterday' as newest.event.time. Clear the processor's state.");
    }

    @Test
    void leavesTheStateAloneAgainstTheClock() {
        TestRunner runner = runner();
        runner.setProperty("Lateness Reference", "Wall Clock");
        runner.enqueue(container(REPLAYED, NOW));

        runner.run();

        assertThat(sequences(runner, RouteHybridRecord.BATCH)).containsExactly(List.of(0));
        runner.getStateManager().assertStateNotSet("newest.event.time", Scope.LOCAL);
    }

    private static TestRunner runner() {
        TestRunner runner = Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), DEFINITION);
        runner.setProperty("Lateness Reference", "Newest Event Time");
        return runner;
    }

    private static byte[] container(Instant... eventTimes) {
        List<GenericRecord> records = new ArrayList<>();
        IntStream.range(0, eventTimes.length).forEach(i -> {
            GenericRecord record = new GenericData.Record(PIPELINE.wireSchema());
            record.put("payment_id", "p" + i);
            record.put("seq", i);
            record.put("account", "A");
            record.put("amount", java.nio.ByteBuffer.wrap(new byte[] {12}));
            record.put("currency", "EUR");
            record.put("paid_at", ChronoUnit.MICROS.between(Instant.EPOCH, eventTimes[i]));
            record.put("_ingest_id", "id" + i);
            record.put("_source", "here");
            records.add(record);
        });
        return Flows.container(PIPELINE.wireSchema(), records);
    }

    private static List<List<Object>> sequences(TestRunner runner, Relationship relationship) {
        return runner.getFlowFilesForRelationship(relationship).stream()
                .map(RouteReferenceTest::sequence)
                .toList();
    }

    private static List<Object> sequence(MockFlowFile flowFile) {
        return Flows.records(flowFile).stream().map(record -> record.get("seq")).toList();
    }
}
