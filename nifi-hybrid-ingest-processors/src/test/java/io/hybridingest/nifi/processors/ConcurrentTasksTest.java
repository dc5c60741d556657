package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.testing.Pipelines;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several tasks share what a processor has compiled, and nothing of a FlowFile. */
@Timeout(120)
class ConcurrentTasksTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final int TASKS = 8;
    private static final int FLOW_FILES = 120;
    private static final int RECORDS = 25;

    @Test
    void everyRecordIsPreparedOnceAndTakesItsOwnLane() {
        TestRunner preparing = runner(new PreprocessRecord(CLOCK));
        Flows.readJson(preparing);
        IntStream.range(0, FLOW_FILES)
                .forEach(flowFile -> preparing.enqueue(payments(flowFile), Map.of("filename", "f" + flowFile)));
        preparing.run(FLOW_FILES);
        List<MockFlowFile> prepared = preparing.getFlowFilesForRelationship(PreprocessRecord.SUCCESS);

        TestRunner routing = runner(new RouteHybridRecord(CLOCK));
        prepared.forEach(routing::enqueue);
        routing.run(FLOW_FILES);

        assertThat(records(preparing, PreprocessRecord.INVALID)).hasSize(FLOW_FILES);
        assertThat(records(routing, RouteHybridRecord.STREAM)).containsExactlyInAnyOrderElementsOf(expected(0));
        assertThat(records(routing, RouteHybridRecord.BATCH)).containsExactlyInAnyOrderElementsOf(expected(1));
        preparing.assertQueueEmpty();
        routing.assertQueueEmpty();
        Stream.of(preparing, routing).forEach(runner -> runner.assertTransferCount("failure", 0));
    }

    private static TestRunner runner(Processor processor) {
        TestRunner runner = Flows.runner(processor, Pipelines.PAYMENTS);
        runner.setThreadCount(TASKS);
        return runner;
    }

    /** Records of both lanes in turn, and one that does not fit. */
    private static String payments(int flowFile) {
        List<String> payments = new ArrayList<>();
        for (int record = 0; record < RECORDS; record++) {
            payments.add(payment(flowFile, Integer.toString(record), NOW.minusSeconds(record % 2 * 86_400L)));
        }
        payments.add(payment(flowFile, "\"none\"", NOW));
        return payments.toString();
    }

    private static String payment(int flowFile, String seq, Instant paidAt) {
        return """
                {"payment_id": "p%d", "seq": %s, "acct": "A-%1$d", "amount": %1$d.5, "paid_at": "%s", "cc": "%1$d"}""".formatted(flowFile, seq, paidAt);
    }

    private static List<String> expected(int remainder) {
        return IntStream.range(0, FLOW_FILES)
                .boxed()
                .flatMap(flowFile -> IntStream.range(0, RECORDS)
                        .filter(record -> record % 2 == remainder)
                        .mapToObj(record -> "p%d/%d A-%1$d f%1$d".formatted(flowFile, record)))
                .toList();
    }

    private static List<String> records(TestRunner runner, Relationship relationship) {
        return runner.getFlowFilesForRelationship(relationship).stream()
                .flatMap(flowFile -> Flows.records(flowFile).stream())
                .map(record -> record.hasField("seq")
                        ? "%s/%s %s %s"
                                .formatted(
                                        record.get("payment_id"),
                                        record.get("seq"),
                                        record.get("account"),
                                        record.get("_source"))
                        : record.get("source").toString())
                .toList();
    }
}
