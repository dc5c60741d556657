package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.testing.Pipelines;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/** Bad records go to quarantine, a wrong file goes to failure. */
class PreprocessThresholdTest {
    @Test
    void failsAWrongFileWhole() {
        TestRunner runner = runner("20 %");
        String content = readings(143, 200);
        runner.enqueue(content);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(content);
        failure.assertAttributeEquals(
                "hybrid.reasons",
                "143 of 200 records are invalid (wrong-type=143), more than the Invalid Threshold of 20 %");
        failure.assertAttributeEquals("hybrid.records.taken", "0");
        assertThat(runner.getPenalizedFlowFiles()).containsExactly(failure);
        assertThat(runner.getCounterValue("Invalid: wrong-type")).isNull();
    }

    @Test
    void quarantinesBadRecordsUpToTheThreshold() {
        TestRunner runner = runner("20 %");
        runner.enqueue(readings(40, 200));

        runner.run();

        Flows.only(runner, PreprocessRecord.SUCCESS).assertAttributeEquals("record.count", "160");
        Flows.only(runner, PreprocessRecord.INVALID).assertAttributeEquals("record.count", "40");
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
    }

    @Test
    void leavesSingleRecordsToTheQuarantine() {
        TestRunner runner = runner("20 %");
        runner.enqueue(readings(1, 1));

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.INVALID, 1);
    }

    @Test
    void failsSingleRecordsWhereThatIsWanted() {
        TestRunner runner = runner("20 %");
        runner.setProperty("Invalid Threshold Minimum Records", "1");
        runner.enqueue(readings(1, 1));

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        Flows.only(runner, PreprocessRecord.FAILURE)
                .assertAttributeEquals(
                        "hybrid.reasons",
                        "1 of 1 records are invalid (wrong-type=1), more than the Invalid Threshold of 20 %");
    }

    @Test
    void countsUnreadableLinesAsInvalid() {
        TestRunner runner = runner("20 %");
        runner.setProperty("Unreadable Records", UnreadableRecords.SKIP_UNREADABLE_LINES.getValue());
        String content = readings(1, 10) + "rubbish\nrubbish\n";
        runner.enqueue(content);

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        MockFlowFile failure = Flows.only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(content);
        failure.assertAttributeEquals(
                "hybrid.reasons",
                "3 of 12 records are invalid (unreadable-line=2, wrong-type=1), more than the Invalid Threshold of 20 %");
    }

    @Test
    void keepsNothingOfAWrongFileThatBreaksOff() {
        TestRunner runner = runner("20 %");
        runner.setProperty("Unreadable Records", UnreadableRecords.KEEP_RECORDS_BEFORE.getValue());
        runner.enqueue(readings(5, 10) + "rubbish\n");

        runner.run();

        runner.assertAllFlowFilesTransferred(PreprocessRecord.FAILURE, 1);
        assertThat(Flows.only(runner, PreprocessRecord.FAILURE).getAttribute("hybrid.reasons"))
                .startsWith("5 of 10 records are invalid")
                .contains("; moreover, the content is malformed: ");
    }

    @Test
    void isValidatedBeforeAnythingStarts() {
        TestRunner runner = runner("0.2");

        runner.assertNotValid();
    }

    private static TestRunner runner(String threshold) {
        TestRunner runner = Flows.runner(new PreprocessRecord(), Pipelines.READINGS);
        Flows.readJson(runner, PipelineDefinition.fromYaml(Pipelines.READINGS).schema());
        runner.setProperty("Invalid Threshold", threshold);
        return runner;
    }

    private static String readings(int invalid, int all) {
        return IntStream.range(0, all)
                .mapToObj(i -> "{\"id\": \"r" + i + "\", \"value\": " + (i < invalid ? "\"x\"" : "1") + "}\n")
                .collect(Collectors.joining());
    }
}
