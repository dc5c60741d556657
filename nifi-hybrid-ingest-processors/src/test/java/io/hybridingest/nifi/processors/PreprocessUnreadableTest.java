package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.testing.Pipelines;
import io.hybridingest.testing.Readers.CsvParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a FlowFile whose content cannot be read to its end. */
class PreprocessUnreadableTest {
    private static final String BY_POSITION = Pipelines.READINGS.replace("identity: [id]", "identity: position");
    private static final String BROKEN = reading("a", "1") + reading("b", "much") + "rubbish\n" + reading("c", "3");
    /** NiFi's reader finds a, b and d. */
    private static final String PASSED_OVER =
            reading("a", "1") + reading("b", "2") + "42\n" + reading("c", "3") + reading("d", "4");

    @ParameterizedTest
    @EnumSource(UnreadableRecords.class)
    void treatsReadableContentAlike(UnreadableRecords choice) {
        TestRunner runner = json(Pipelines.READINGS, choice);
        runner.enqueue(reading("a", "1") + "\n" + reading("b", "much") + reading("c", "3"));

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofValues(List.of("a")), IngestId.ofValues(List.of("c")));
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeEquals("record.count", "1");
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
    }

    @Test
    void failsTheFlowFileWhole() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.FAIL_FLOWFILE);
        runner.enqueue(BROKEN);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(BROKEN);
        failure.assertAttributeEquals("hybrid.records.taken", "0");
        assertThat(failure.getAttribute("hybrid.reasons"))
                .startsWith("the content is malformed: Failed to parse JSON: Unrecognized token 'rubbish'");
        assertThat(runner.getPenalizedFlowFiles()).containsExactly(failure);
        assertThat(runner.getCounterValue("Records Processed")).isNull();
    }

    @Test
    void keepsTheRecordsBeforeTheBreak() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.KEEP_RECORDS_BEFORE);
        runner.enqueue(BROKEN);

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS))).containsExactly(IngestId.ofValues(List.of("a")));
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeEquals("hybrid.reasons", "wrong-type=1");
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(BROKEN);
        failure.assertAttributeEquals("hybrid.records.taken", "2");
        assertThat(failure.getAttribute("hybrid.reasons")).contains("Unrecognized token 'rubbish'");
        assertThat(runner.getPenalizedFlowFiles()).containsExactly(failure);
    }

    @Test
    void givesTheRecordsOfARepairedFlowFileThePositionsTheyHad() {
        TestRunner runner = json(BY_POSITION, UnreadableRecords.KEEP_RECORDS_BEFORE);
        runner.enqueue(BROKEN);
        runner.run();
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        List<String> taken = ids(Flows.only(runner, PreprocessRecord.SUCCESS));
        runner.clearTransferState();

        runner.enqueue(BROKEN.replace("rubbish\n", ""), failure.getAttributes());
        runner.run();

        MockFlowFile success = Flows.only(runner, PreprocessRecord.SUCCESS);
        assertThat(ids(success)).hasSize(2).startsWith(taken.getFirst()).doesNotHaveDuplicates();
        success.assertAttributeNotExists("hybrid.reasons");
        success.assertAttributeNotExists("hybrid.records.taken");
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeNotExists("hybrid.records.taken");
    }

    @Test
    void skipsUnreadableLines() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        runner.enqueue(BROKEN + "{\"id\": \"d\", \"val", Map.of("mime.type", "application/json", "record.count", "5"));

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofValues(List.of("a")), IngestId.ofValues(List.of("c")));
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeEquals("record.count", "1");
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals("rubbish\n{\"id\": \"d\", \"val");
        failure.assertAttributeEquals("record.count", "2");
        failure.assertAttributeEquals("mime.type", "application/json");
        assertThat(failure.getAttribute("hybrid.reasons"))
                .startsWith("2 lines cannot be read (line 3, read by itself: the content is malformed: ");
        assertThat(runner.getPenalizedFlowFiles()).containsExactly(failure);
        assertThat(runner.getCounterValue("Records Processed")).isEqualTo(3);
        assertThat(runner.getCounterValue("Records Invalid")).isEqualTo(1);
        assertThat(runner.getCounterValue("Unreadable Lines")).isEqualTo(2);
    }

    @Test
    void failsContentInWhichTheReaderPassesOverARecord() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.FAIL_FLOWFILE);
        runner.enqueue(PASSED_OVER);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(PASSED_OVER);
        failure.assertAttributeEquals(
                "hybrid.reasons",
                "the content holds a value that is no JSON object where a record belongs,"
                        + " and Record Readers pass over what follows it, too: see byte "
                        + (PASSED_OVER.indexOf("42") + 1));
    }

    @Test
    void keepsOnlyTheRecordsBeforeTheOneThatAReaderPassesOver() {
        TestRunner runner = json(BY_POSITION, UnreadableRecords.KEEP_RECORDS_BEFORE);
        runner.enqueue(PASSED_OVER, Map.of("hybrid.flowfile", "first"));

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofPosition("first", 0), IngestId.ofPosition("first", 1));
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(PASSED_OVER);
        failure.assertAttributeEquals("hybrid.records.taken", "2");
        assertThat(runner.getCounterValue("Records Processed")).isEqualTo(2);
    }

    @Test
    void skipsTheLineThatMakesAReaderPassOverARecord() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        runner.enqueue(PASSED_OVER);

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactlyElementsOf(Stream.of("a", "b", "c", "d")
                        .map(id -> IngestId.ofValues(List.of(id)))
                        .toList());
        Flows.only(runner, PreprocessRecord.FAILURE).assertContentEquals("42\n");
    }

    @ParameterizedTest
    @EnumSource(UnreadableRecords.class)
    void takesAllObjectsOfArraysInArraysAndOfOneLine(UnreadableRecords choice) {
        TestRunner runner = json(Pipelines.READINGS, choice);
        runner.enqueue("[[" + reading("a", "1") + "], []]" + reading("b", "2") + "[]" + reading("c", "3"));

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.SUCCESS, 1);
        assertThat(Flows.records(Flows.only(runner, PreprocessRecord.SUCCESS))).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(CsvParser.class)
    void doesNotTakeCsvForJson(CsvParser parser) {
        TestRunner runner = runner(Pipelines.READINGS, UnreadableRecords.FAIL_FLOWFILE);
        Flows.readCsv(runner, parser);
        runner.enqueue("\"id\"\n1\n\"2\"\n");

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.INVALID, 1);
        assertThat(Flows.records(Flows.only(runner, PreprocessRecord.INVALID))).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = CsvParser.class,
            names = {"COMMONS", "JACKSON"})
    void skipsUnreadableLinesOfCsv(CsvParser parser) {
        TestRunner runner = runner(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        Flows.readCsv(runner, parser);
        runner.enqueue("id,value\r\na,1\r\nb,\"2\r\nc,x\r\n\r\nd,4");

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofValues(List.of("a")), IngestId.ofValues(List.of("d")));
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeEquals("record.count", "1");
        Flows.only(runner, PreprocessRecord.FAILURE).assertContentEquals("id,value\r\nb,\"2\r\n");
    }

    @ParameterizedTest
    @EnumSource(CsvParser.class)
    void takesQuotedValuesOverSeveralLinesAsTheyAreWhileReadingDoesNotBreak(CsvParser parser) {
        TestRunner runner = runner(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        Flows.readCsv(runner, parser);
        runner.enqueue("id,value\n\"a\nb\",1\nc,2\n");

        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofValues(List.of("a\nb")), IngestId.ofValues(List.of("c")));
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
    }

    @Test
    void givesUnreadableLinesAnIdentifierOfTheirOwn() {
        TestRunner runner = json(BY_POSITION, UnreadableRecords.SKIP_UNREADABLE_LINES);
        runner.enqueue(BROKEN, Map.of("hybrid.flowfile", "first"));
        runner.run();
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofPosition("first", 0), IngestId.ofPosition("first", 3));
        failure.assertAttributeEquals("hybrid.flowfile", "first.unreadable");
        runner.clearTransferState();

        runner.enqueue(reading("repaired", "2"), failure.getAttributes());
        runner.run();

        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .containsExactly(IngestId.ofPosition("first.unreadable", 0));
    }

    @Test
    void failsTheFlowFileItselfWhereNoLineCanBeRead() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        String content = "this is\nno JSON\n";
        String uuid = runner.enqueue(content).getAttribute("uuid");

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(content);
        failure.assertAttributeEquals("uuid", uuid);
        assertThat(failure.getAttribute("hybrid.reasons"))
                .startsWith("There is no line that can be read: 2 lines cannot be read (line 1, read by itself: ");
    }

    @Test
    void failsContentThatCannotBeCutIntoLines() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        byte[] content = BROKEN.getBytes(StandardCharsets.UTF_16LE);
        runner.enqueue(content);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        assertThat(failure.toByteArray()).isEqualTo(content);
        assertThat(failure.getAttribute("hybrid.reasons")).startsWith("the content is UTF-16 or UTF-32");
    }

    @Test
    void losesNoLineAndDoublesNone() {
        TestRunner runner = json(Pipelines.READINGS, UnreadableRecords.SKIP_UNREADABLE_LINES);
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            content.append(
                    switch (i % 7) {
                        case 3 -> reading("r" + i, "\"x\"");
                        case 5 -> "{\"id\": \"u" + i + "\n";
                        default -> reading("r" + i, "1");
                    });
        }
        runner.enqueue(content.toString());

        runner.run();

        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        assertThat(failure.getContent().lines()).hasSize(714).allMatch(line -> line.startsWith("{\"id\": \"u"));
        assertThat(ids(Flows.only(runner, PreprocessRecord.SUCCESS)))
                .hasSize(3_572)
                .doesNotHaveDuplicates();
        assertThat(Flows.records(Flows.only(runner, PreprocessRecord.INVALID))).hasSize(714);
    }

    private static String reading(String id, String value) {
        return "{\"id\": \"" + id + "\", \"value\": " + (value.equals("much") ? "\"much\"" : value) + "}\n";
    }

    private static TestRunner json(String definition, UnreadableRecords choice) {
        TestRunner runner = runner(definition, choice);
        Flows.readJson(runner, PipelineDefinition.fromYaml(definition).schema());
        return runner;
    }

    private static TestRunner runner(String definition, UnreadableRecords choice) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), definition);
        runner.setProperty("Unreadable Records", choice.getValue());
        return runner;
    }

    private static List<String> ids(MockFlowFile flowFile) {
        return Flows.records(flowFile).stream()
                .map(record -> record.get("_ingest_id").toString())
                .toList();
    }
}
