package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.nifi.processors.BrokenText.Broken;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.testing.Pipelines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes in leaves, by exactly one way: as records, or as it came to {@code failure}. Nothing escapes from a
 * trigger, nothing stays in the queue.
 */
@Timeout(120)
class BrokenContentTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:00:00Z");
    private static final PipelineDefinition PIPELINE = Pipelines.payments();
    private static final int RECORDS = 4;
    private static final byte[] CONTAINER = container();

    static Stream<Broken> json() {
        return BrokenText.json();
    }

    static Stream<Broken> csv() {
        return BrokenText.csv();
    }

    static Stream<Broken> containers() {
        return BrokenContainers.of(CONTAINER, RECORDS);
    }

    @ParameterizedTest
    @MethodSource("json")
    void preprocessingJson(Broken broken) throws IOException {
        TestRunner runner = preprocessing();
        Flows.readJson(runner);

        leavesByOneWay(runner, broken, PreprocessRecord.FAILURE, BrokenContentTest::isEmptyJson);
    }

    @ParameterizedTest
    @MethodSource("json")
    void preprocessingJsonOfAGivenSchema(Broken broken) throws IOException {
        TestRunner runner = preprocessing();
        Flows.readJson(runner, PIPELINE.schema());

        leavesByOneWay(runner, broken, PreprocessRecord.FAILURE, BrokenContentTest::isEmptyJson);
    }

    @ParameterizedTest
    @MethodSource("csv")
    void preprocessingCsv(Broken broken) throws IOException {
        TestRunner runner = preprocessing();
        Flows.readCsv(runner);

        leavesByOneWay(runner, broken, PreprocessRecord.FAILURE, BrokenContentTest::isHeaderOnly);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void preprocessingContainers(Broken broken) throws IOException {
        TestRunner runner = preprocessing();
        Flows.readAvro(runner);

        leavesByOneWay(runner, broken, PreprocessRecord.FAILURE, BrokenContentTest::isContainerWithoutBlock);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void routingContainers(Broken broken) throws IOException {
        TestRunner runner = routing();

        leavesByOneWay(runner, broken, RouteHybridRecord.FAILURE, BrokenContentTest::isContainerWithoutBlock);
    }

    @ParameterizedTest
    @MethodSource("json")
    void routingJson(Broken broken) throws IOException {
        TestRunner runner = routing();
        Flows.readJson(runner);
        Flows.writeJson(runner);

        leavesByOneWay(runner, broken, RouteHybridRecord.FAILURE, BrokenContentTest::isEmptyJson);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void publishingContainers(Broken broken) throws Exception {
        FakeTopic topic = new FakeTopic();
        PublishKafkaStream publishing =
                new PublishKafkaStream(new FakeProducer().factory(), plan -> topic, Clock.systemUTC());
        TestRunner runner = PublishTestbed.runner(PIPELINE, publishing);

        leavesByOneWay(runner, broken, PublishKafkaStream.FAILURE, BrokenContentTest::isContainerWithoutBlock);
    }

    private static void leavesByOneWay(
            TestRunner runner, Broken broken, Relationship failure, Predicate<String> holdsNothing) throws IOException {
        boolean first = true;
        for (byte[] content : broken.contents()) {
            runner.clearTransferState();
            runner.enqueue(content, Map.of("filename", "broken.dat"));

            runner.run(1, false, first);

            first = false;
            assertThat(runner.isQueueEmpty())
                    .as("the queue is empty after %s", shown(content))
                    .isTrue();
            List<MockFlowFile> failed = runner.getFlowFilesForRelationship(failure);
            List<MockFlowFile> others = runner.getProcessContext().getAvailableRelationships().stream()
                    .filter(relationship -> !relationship.equals(failure))
                    .flatMap(relationship -> runner.getFlowFilesForRelationship(relationship).stream())
                    .toList();
            if (failed.isEmpty()) {
                assertThat(!others.isEmpty() || holdsNothing.test(text(content)))
                        .as("%s left by some way", shown(content))
                        .isTrue();
                broken.records().ifPresent(records -> assertThat(sum(others))
                        .as("records of %s", shown(content))
                        .isEqualTo(records));
            } else {
                assertThat(failed).hasSize(1);
                assertThat(others)
                        .as("records of %s, which failed", shown(content))
                        .isEmpty();
                failed.getFirst().assertContentEquals(content);
                assertThat(failed.getFirst().getAttribute("hybrid.reasons"))
                        .as("reason why %s failed", shown(content))
                        .isNotBlank()
                        .hasSizeLessThan(1_000);
            }
        }
        runner.shutdown();
    }

    private static long sum(List<MockFlowFile> flowFiles) {
        return flowFiles.stream()
                .mapToLong(flowFile -> Long.parseLong(
                        flowFile.getAttributes().getOrDefault("msg.count", flowFile.getAttribute("record.count"))))
                .sum();
    }

    /** White space, or JSON of no object. */
    private static boolean isEmptyJson(String text) {
        return Set.of("", "[]", "null", "[null, null]").contains(text);
    }

    /** One line is a header. */
    private static boolean isHeaderOnly(String text) {
        return text.lines().count() <= 1;
    }

    /** The header of the container ends with the sync marker that the container ends with. */
    private static boolean isContainerWithoutBlock(String text) {
        String whole = new String(CONTAINER, StandardCharsets.ISO_8859_1);
        String sync = whole.substring(whole.length() - 16);
        return text.equals(whole.substring(0, whole.indexOf(sync) + sync.length()));
    }

    private static String text(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.startsWith("Obj")
                ? text
                : text.replace("\u00EF\u00BB\u00BF", "").strip();
    }

    private static String shown(byte[] content) {
        int shown = Math.min(content.length, 300);
        return "%d bytes that begin '%s'"
                .formatted(content.length, new String(content, 0, shown, StandardCharsets.ISO_8859_1));
    }

    private static TestRunner preprocessing() {
        return Flows.runner(new PreprocessRecord(Clock.fixed(NOW, ZoneOffset.UTC)), Pipelines.PAYMENTS);
    }

    private static TestRunner routing() {
        return Flows.runner(new RouteHybridRecord(Clock.fixed(NOW, ZoneOffset.UTC)), Pipelines.PAYMENTS);
    }

    /** Records for both lanes. */
    private static byte[] container() {
        Preparation preparation = Preparation.of(PIPELINE, Pipelines.MASK_KEY.getBytes(StandardCharsets.UTF_8));
        List<GenericRecord> records = IntStream.range(0, RECORDS)
                .mapToObj(i -> ((Outcome.Prepared) preparation.prepare(payment(i), new Origin("flowfile", "source"), i))
                        .record())
                .toList();
        return Flows.container(PIPELINE.wireSchema(), records);
    }

    private static MapRecord payment(int number) {
        Instant paidAt = number % 2 == 0 ? NOW : NOW.minusSeconds(86_400);
        return new MapRecord(
                new SimpleRecordSchema(List.of()),
                Map.of(
                        "payment_id",
                        "p" + number,
                        "seq",
                        number,
                        "acct",
                        "A-" + number,
                        "amount",
                        "12.30",
                        "paid_at",
                        paidAt.toString()));
    }
}
