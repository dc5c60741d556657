package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.nifi.processors.FaultyServices.FailingReader;
import io.hybridingest.nifi.processors.FaultyServices.FailingWriter;
import io.hybridingest.nifi.processors.FaultyServices.SchemalessReader;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.testing.Pipelines;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.SchemaValidationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails, the FlowFile is in one place afterwards, and says why. */
class PreprocessFailureTest {
    private static final String READING = "{\"id\": \"a\", \"value\": 1}";

    @ParameterizedTest
    @EnumSource(UnreadableRecords.class)
    void failsWhereTheReaderHasNoSchema(UnreadableRecords choice) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.read(runner, new SchemalessReader());
        runner.setProperty("Unreadable Records", choice.getValue());
        runner.enqueue(READING);

        runner.run();

        assertFailed(runner, READING, "no record could be read: There is no schema named payments-v7");
    }

    @ParameterizedTest
    @EnumSource(UnreadableRecords.class)
    void failsWhereTheReaderThrowsWhatItShouldNot(UnreadableRecords choice) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.read(runner, new FailingReader(List.of(), () -> new IllegalStateException("a defect")));
        runner.setProperty("Unreadable Records", choice.getValue());
        runner.enqueue(READING);

        runner.run();

        assertFailed(runner, READING, "the content is malformed: a defect");
    }

    @Test
    void asksNoReaderToGoOnThatDidNotHandOverTheRecord() {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.read(
                runner,
                new FailingReader(
                        List.of(Map.of("id", "a", "value", 1)),
                        () -> new SchemaValidationException("Field value cannot be null")));
        runner.setProperty("Unreadable Records", UnreadableRecords.KEEP_RECORDS_BEFORE.getValue());
        runner.enqueue(READING);

        runner.run();

        Flows.only(runner, PreprocessRecord.SUCCESS).assertAttributeEquals("record.count", "1");
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertAttributeEquals("hybrid.records.taken", "1");
        failure.assertAttributeEquals("hybrid.reasons", "the content is malformed: Field value cannot be null");
    }

    @Test
    void failsARecordThatPreparingStumblesOver() {
        Object hostile = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("not to be looked at");
            }
        };
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.read(
                runner,
                new FailingReader(
                        List.of(Map.of("id", hostile, "value", 1)), () -> new IllegalStateException("not reached")));
        runner.enqueue(READING);

        runner.run();

        assertFailed(runner, READING, "record 1 cannot be prepared: not to be looked at");
    }

    static Stream<Exception> writerFailures() {
        return Stream.of(
                new IOException("disk full"),
                new IllegalStateException("a defect"),
                new SchemaNotFoundException("no schema"));
    }

    @ParameterizedTest
    @MethodSource("writerFailures")
    void keepsTheFlowFileInTheQueueWhereTheWriterFails(Exception failure) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readJson(runner);
        Flows.write(runner, new FailingWriter(failure));
        runner.enqueue(READING);

        assertThatThrownBy(runner::run)
                .isInstanceOf(AssertionError.class)
                .rootCause()
                .isSameAs(failure);

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.getPenalizedFlowFiles()).hasSize(1);
        runner.assertTransferCount(PreprocessRecord.SUCCESS, 0);
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "\n\n"})
    void leavesNothingBehindOfContentWithoutRecords(String content) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readJson(runner, PipelineDefinition.fromYaml(Pipelines.READINGS).schema());
        runner.enqueue(content);

        runner.run();

        runner.assertQueueEmpty();
        runner.assertTransferCount(PreprocessRecord.SUCCESS, 0);
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
        assertThat(runner.getProvenanceEvents()).singleElement().satisfies(event -> {
            assertThat(event.getEventType()).isEqualTo(ProvenanceEventType.DROP);
            assertThat(event.getDetails()).contains("There is no record in it");
        });
    }

    @Test
    void failsAnEmptyFlowFileWhereTheReaderTakesNothingForMalformed() {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readAvro(runner);
        runner.enqueue("");

        runner.run();

        assertFailed(runner, "", "no record could be read: ");
    }

    @ParameterizedTest
    @EnumSource(UnreadableRecords.class)
    void failsAContainerThatBreaksOffWithinABlock(UnreadableRecords choice) {
        Schema schema = PipelineDefinition.fromYaml(Pipelines.READINGS).schema();
        GenericRecord record = new GenericData.Record(schema);
        record.put("id", "a");
        record.put("value", 1);
        record.put("at", 0L);
        byte[] container = Flows.container(schema, List.of(record, record));
        byte[] truncated = Arrays.copyOf(container, container.length - 20);
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readAvro(runner);
        runner.setProperty("Unreadable Records", choice.getValue());
        runner.enqueue(truncated);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        assertThat(Flows.only(runner, PreprocessRecord.FAILURE).toByteArray()).isEqualTo(truncated);
    }

    private static void assertFailed(TestRunner runner, String content, String reason) {
        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(content);
        assertThat(failure.getAttribute("hybrid.reasons")).contains(reason);
        assertThat(runner.getPenalizedFlowFiles()).containsExactly(failure);
    }
}
