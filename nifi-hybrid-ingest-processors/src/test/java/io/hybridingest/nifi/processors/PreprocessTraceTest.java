package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.testing.Pipelines;
import io.hybridingest.testing.Readers.CsvParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of a FlowFile for people to see: provenance, counters, attributes, log. */
class PreprocessTraceTest {
    private static final String CARD = "4111111111111234";

    @Test
    void tellsProvenanceWhereRecordsWentAndWhy() {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readJson(runner);
        runner.enqueue("{\"id\": \"a\", \"value\": 1}{\"id\": \"b\", \"value\": \"x\"}{\"id\": \"c\"}");

        runner.run();

        MockFlowFile success = Flows.only(runner, PreprocessRecord.SUCCESS);
        MockFlowFile invalid = Flows.only(runner, PreprocessRecord.INVALID);
        assertThat(events(runner, ProvenanceEventType.ROUTE))
                .extracting(
                        ProvenanceEventRecord::getFlowFileUuid,
                        ProvenanceEventRecord::getRelationship,
                        ProvenanceEventRecord::getDetails)
                .containsExactlyInAnyOrder(
                        tuple(success.getAttribute("uuid"), "success", "Records that fit: 1"),
                        tuple(invalid.getAttribute("uuid"), "invalid", "missing=1, wrong-type=1"));
        assertThat(events(runner, ProvenanceEventType.DROP)).hasSize(1);
        assertThat(runner.getCounterValue("Records Processed")).isEqualTo(3);
        assertThat(runner.getCounterValue("Records Invalid")).isEqualTo(2);
        assertThat(runner.getCounterValue("Invalid: missing")).isEqualTo(1);
    }

    @Test
    void tellsProvenanceWhyAFlowFileFailed() {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readJson(runner);
        runner.enqueue("rubbish");

        runner.run();

        assertThat(runner.getProvenanceEvents()).singleElement().satisfies(event -> {
            assertThat(event.getEventType()).isEqualTo(ProvenanceEventType.ROUTE);
            assertThat(event.getRelationship()).isEqualTo("failure");
            assertThat(event.getDetails())
                    .isEqualTo(Flows.only(runner, PreprocessRecord.FAILURE).getAttribute("hybrid.reasons"))
                    .startsWith("no record could be read: Unrecognized token 'rubbish'");
        });
    }

    @Test
    void mixesNothingUpAmongSeveralTasks() {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readCsv(runner);
        runner.setProperty("Unreadable Records", UnreadableRecords.SKIP_UNREADABLE_LINES.getValue());
        for (int i = 0; i < 200; i++) {
            String broken = i % 3 == 0 ? i + "-d,\"4\n" : "";
            runner.enqueue(
                    "id,value\n" + i + "-a,1\n" + i + "-b,x\n" + broken + i + "-c,3\n",
                    Map.of("filename", "file-" + i, "number", Integer.toString(i)));
        }

        runner.setThreadCount(4);
        runner.run(200);

        runner.assertTransferCount(PreprocessRecord.SUCCESS, 200);
        runner.assertTransferCount(PreprocessRecord.INVALID, 200);
        runner.assertTransferCount(PreprocessRecord.FAILURE, 67);
        Set<String> seen = new HashSet<>();
        for (MockFlowFile success : runner.getFlowFilesForRelationship(PreprocessRecord.SUCCESS)) {
            String number = success.getAttribute("number");
            assertThat(Flows.records(success)).hasSize(2).allSatisfy(record -> {
                assertThat(record.get("id").toString()).startsWith(number + "-");
                assertThat(record.get("_source")).hasToString("file-" + number);
            });
            assertThat(seen.add(number)).isTrue();
        }
        for (MockFlowFile invalid : runner.getFlowFilesForRelationship(PreprocessRecord.INVALID)) {
            assertThat(Flows.records(invalid))
                    .singleElement()
                    .extracting(record -> record.get("quarantine_id").toString())
                    .isEqualTo(IngestId.ofValues(List.of(invalid.getAttribute("number") + "-b")));
        }
        for (MockFlowFile failure : runner.getFlowFilesForRelationship(PreprocessRecord.FAILURE)) {
            failure.assertContentEquals("id,value\n" + failure.getAttribute("number") + "-d,\"4\n");
        }
        assertThat(runner.getCounterValue("Records Processed")).isEqualTo(600);
    }

    static Stream<String> contentThatQuotesACard() {
        return Stream.of(
                "{\"cc\": " + CARD + "x}",
                "{\"cc\": \"" + CARD + "\\q\"}",
                "{\"cc\": c" + CARD + "}",
                "{\"cc\": \"" + CARD,
                "{\"cc\": 1} c" + CARD,
                "{\"cc\": \"line: " + CARD + ", column: " + CARD + "\", x}",
                "[" + CARD + "e999999999999, x]");
    }

    @ParameterizedTest
    @MethodSource("contentThatQuotesACard")
    void quotesNoBrokenJsonWhereFieldsAreMasked(String content) {
        for (UnreadableRecords choice : UnreadableRecords.values()) {
            TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.PAYMENTS);
            Flows.readJson(runner, Pipelines.payments().schema());
            runner.setProperty("Unreadable Records", choice.getValue());
            runner.enqueue("{\"payment_id\": \"p1\"}\n" + content + "\n");

            runner.run();

            assertThat(traces(runner)).isNotEmpty().noneMatch(trace -> trace.contains(CARD));
            assertThat(Flows.only(runner, PreprocessRecord.FAILURE).getContent())
                    .contains(CARD);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void quotesNoBrokenCsvWhereFieldsAreMasked(CsvParser parser) {
        for (UnreadableRecords choice : UnreadableRecords.values()) {
            TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.PAYMENTS);
            Flows.readCsv(runner, parser);
            runner.setProperty("Unreadable Records", choice.getValue());
            runner.enqueue("payment_id,cc\np1,1\np2,\"" + CARD + "\"" + CARD + "\n");

            runner.run();

            assertThat(traces(runner)).isNotEmpty().noneMatch(trace -> trace.contains(CARD));
        }
    }

    /** Everything that is said of the FlowFiles: attributes, provenance, log with every cause, and what is quarantined. */
    private static List<String> traces(TestRunner runner) {
        List<String> traces = new ArrayList<>();
        for (Relationship relationship :
                List.of(PreprocessRecord.SUCCESS, PreprocessRecord.INVALID, PreprocessRecord.FAILURE)) {
            for (MockFlowFile flowFile : runner.getFlowFilesForRelationship(relationship)) {
                traces.addAll(flowFile.getAttributes().values());
            }
        }
        for (MockFlowFile invalid : runner.getFlowFilesForRelationship(PreprocessRecord.INVALID)) {
            for (GenericRecord record : Flows.records(invalid)) {
                traces.add(record
                        + StandardCharsets.ISO_8859_1
                                .decode(((ByteBuffer) record.get("original")).duplicate())
                                .toString());
            }
        }
        runner.getProvenanceEvents().forEach(event -> traces.add(String.valueOf(event.getDetails())));
        Stream.of(
                        runner.getLogger().getErrorMessages(),
                        runner.getLogger().getWarnMessages(),
                        runner.getLogger().getInfoMessages())
                .flatMap(List::stream)
                .forEach(message -> traces.add(text(message)));
        return traces;
    }

    private static String text(LogMessage message) {
        StringBuilder text = new StringBuilder(message.getMsg());
        if (message.getArgs() != null) {
            text.append(List.of(message.getArgs()));
        }
        for (Throwable at = message.getThrowable(); at != null; at = at.getCause()) {
            text.append(at);
        }
        return text.toString();
    }

    private static List<ProvenanceEventRecord> events(TestRunner runner, ProvenanceEventType type) {
        return runner.getProvenanceEvents().stream()
                .filter(event -> event.getEventType() == type)
                .toList();
    }
}
