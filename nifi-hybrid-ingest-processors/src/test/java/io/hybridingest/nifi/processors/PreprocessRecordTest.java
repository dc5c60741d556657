package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.pipeline.IngestId;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.testing.Pipelines;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

class PreprocessRecordTest {
    private static final Instant NOW = Instant.parse("2024-01-31T12:01:00Z");
    private static final String HEADER = "payment_id,seq,acct,amount,paid_at,cc,email,items,channel\n";
    private static final String CARD = "4111111111111234";

    @Test
    void preparesCsv() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readCsv(runner);
        enqueue(runner, HEADER + "p1,1,A-1,12.30,2024-01-31T12:00:00Z," + CARD + ",a@b.c,,web\n");

        runner.run();

        MockFlowFile success = only(runner, PreprocessRecord.SUCCESS);
        success.assertAttributeEquals("record.count", "1");
        success.assertAttributeEquals("mime.type", "application/avro-binary");
        success.assertAttributeEquals("hybrid.pipeline", "payments");
        assertThat(Flows.records(success)).singleElement().satisfies(record -> {
            assertThat(record.getSchema()).isEqualTo(Pipelines.payments().wireSchema());
            assertThat(record.get("account")).hasToString("A-1");
            assertThat(record.get("items")).isNull();
            assertThat(record.get("card")).hasToString("************1234");
            assertThat(record.get("_rescued")).hasToString("{\"channel\":\"web\"}");
            assertThat(record.get("_source")).hasToString("/in/payments.dat");
        });
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
    }

    @Test
    void findsTheSameRecordInCsvAndInJson() {
        TestRunner csv = runner(Pipelines.PAYMENTS);
        Flows.readCsv(csv);
        enqueue(csv, HEADER + "p1,1,A-1,12.30,2024-01-31T13:00:00+01:00," + CARD + ",a@b.c,7,web\n");
        csv.run();
        TestRunner json = runner(Pipelines.PAYMENTS);
        Flows.readJson(json);
        enqueue(json, "[" + payment("1", "12.3", "1706702400000", CARD, "7") + "]");
        json.run();

        GenericRecord fromCsv =
                Flows.records(only(csv, PreprocessRecord.SUCCESS)).getFirst();
        GenericRecord fromJson =
                Flows.records(only(json, PreprocessRecord.SUCCESS)).getFirst();

        assertThat(fromCsv).isEqualTo(fromJson);
        assertThat(fromCsv.get("_ingest_id")).hasToString(IngestId.ofValues(List.of("p1", 1)));
    }

    @Test
    void quarantinesWhatDoesNotFitWithEveryReasonAndLetsTheOthersGoOn() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readJson(runner);
        enqueue(
                runner,
                payment("1", "12.3", "\"2024-01-31T12:00:00Z\"", CARD, "7") + "\n"
                        + payment("2", "\"much\"", "\"2024-01-31T12:00:00Z\"", CARD, "1.5") + "\n"
                        + payment("\"x\"", "12.3", "null", CARD, "7") + "\n"
                        + payment("4", "12.3", "\"2024-01-31T12:00:00Z\"", CARD, "null"));

        runner.run();

        assertThat(Flows.records(only(runner, PreprocessRecord.SUCCESS)))
                .extracting(record -> record.get("seq"))
                .containsExactly(1, 4);
        MockFlowFile invalid = only(runner, PreprocessRecord.INVALID);
        invalid.assertAttributeEquals("record.count", "2");
        invalid.assertAttributeEquals("filename", invalid.getAttribute("uuid") + ".avro");
        invalid.assertAttributeEquals("hybrid.reasons", "wrong-type=2, missing=1, precision-loss=1");
        List<GenericRecord> quarantined = Flows.records(invalid);
        assertThat(quarantined.getFirst().getSchema()).isEqualTo(QuarantinedRecord.schema());
        assertThat(quarantined.getFirst().get("quarantine_id")).hasToString(IngestId.ofValues(List.of("p1", 2)));
        assertThat(quarantined.getFirst().get("stage")).hasToString("prepare");
        assertThat(quarantined.getFirst().get("source")).hasToString("/in/payments.dat");
        assertThat(quarantined.getFirst().get("quarantined_at")).isEqualTo(NOW.toEpochMilli() * 1000);
        assertThat((List<?>) quarantined.getFirst().get("reasons")).hasSize(2);
        assertThat(quarantined.get(1).get("ingest_id")).isNull();
        assertThat(original(quarantined.get(1))).contains("\"payment_id\":\"p1\"", "\"seq\":\"x\"", "\"cc\":\"***\"");
        assertThat(quarantined.get(1).get("quarantine_id"))
                .hasToString(IngestId.ofPosition(invalid.getAttribute("hybrid.flowfile"), 2));
        assertThat(runner.getCounterValue("Invalid: wrong-type")).isEqualTo(2);
        assertThat(runner.getCounterValue("Invalid: missing")).isEqualTo(1);
        assertThat(invalid.toByteArray()).asString(StandardCharsets.ISO_8859_1).doesNotContain(CARD, "a@b.c");
    }

    @Test
    void sendsUnreadableContentToFailureAsItCameAndNothingElse() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readJson(runner);
        String truncated = "[" + payment("1", "12.3", "1706702400000", CARD, "7") + ",{\"payment_id\": \"p2\", \"se";
        enqueue(runner, truncated);

        runner.run();

        MockFlowFile failure = only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(truncated);
        assertThat(failure.getAttribute("hybrid.reasons"))
                .startsWith("no record could be read (JsonEOFException at line 1, column ");
        runner.assertTransferCount(PreprocessRecord.SUCCESS, 0);
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
    }

    @Test
    void takesBackWhatItWroteWhenContentTurnsOutMalformed() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readJson(runner, Pipelines.payments().schema());
        String truncated = payment("1", "12.3", "1706702400000", CARD, "7")
                + payment("\"x\"", "12.3", "null", CARD, "7") + "{\"payment_id\": \"p2\", \"se";
        enqueue(runner, truncated);

        runner.run();

        MockFlowFile failure = only(runner, PreprocessRecord.FAILURE);
        failure.assertContentEquals(truncated);
        assertThat(failure.getAttribute("hybrid.reasons"))
                .startsWith("the content is malformed (JsonEOFException at line 1, column ");
        runner.assertTransferCount(PreprocessRecord.SUCCESS, 0);
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
    }

    @Test
    void makesNoDifferenceWhetherTheReaderKnowsTheSchema() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readJson(runner, Pipelines.payments().schema());
        enqueue(
                runner,
                payment("\"1\"", "\"12.3\"", "\"2024-01-31T12:00:00Z\"", CARD, "null")
                        + payment("2", "\"much\"", "\"yesterday\"", CARD, "1.5"));

        runner.run();

        assertThat(Flows.records(only(runner, PreprocessRecord.SUCCESS)))
                .singleElement()
                .satisfies(record -> assertThat(record.get("_rescued")).hasToString("{\"channel\":\"web\"}"));
        only(runner, PreprocessRecord.INVALID)
                .assertAttributeEquals("hybrid.reasons", "wrong-type=2, precision-loss=1");
    }

    @Test
    void emitsNothingForNothing() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readCsv(runner);
        enqueue(runner, HEADER);

        runner.run();

        runner.assertTransferCount(PreprocessRecord.SUCCESS, 0);
        runner.assertTransferCount(PreprocessRecord.INVALID, 0);
        runner.assertTransferCount(PreprocessRecord.FAILURE, 0);
        runner.assertQueueEmpty();
    }

    @Test
    void identifiesByTheFlowFileThatContentWasFirstSeenIn() {
        String byPosition = Pipelines.PAYMENTS.replace("identity: [payment_id, seq]", "identity: position");
        TestRunner runner = runner(byPosition);
        Flows.readCsv(runner);
        String row = "p1,1,A-1,12.30,2024-01-31T12:00:00Z,,,,\n";
        enqueue(runner, HEADER + row + row);
        runner.run();
        MockFlowFile first = only(runner, PreprocessRecord.SUCCESS);
        runner.clearTransferState();
        runner.enqueue(HEADER + row + row, Map.of("hybrid.flowfile", first.getAttribute("hybrid.flowfile")));
        runner.run();
        MockFlowFile again = only(runner, PreprocessRecord.SUCCESS);

        assertThat(ids(again)).isEqualTo(ids(first)).doesNotHaveDuplicates();
        assertThat(ids(first).getFirst()).hasToString(IngestId.ofPosition(first.getAttribute("hybrid.flowfile"), 0));
    }

    @Test
    void writesAnotherFormatWhereAWriterIsSet() {
        TestRunner runner = runner(Pipelines.PAYMENTS);
        Flows.readCsv(runner);
        Flows.writeJson(runner);
        enqueue(runner, HEADER + "p1,1,A-1,12.30,2024-01-31T12:00:00Z," + CARD + ",,7,\n");

        runner.run();

        MockFlowFile success = only(runner, PreprocessRecord.SUCCESS);
        success.assertAttributeEquals("mime.type", "application/json");
        success.assertAttributeEquals("record.count", "1");
        assertThat(success.getContent())
                .contains(
                        "\"amount\":12.30", "\"paid_at\":1706702400000", "\"card\":\"************1234\"", "\"items\":7")
                .contains("\"_ingest_id\":\"" + IngestId.ofValues(List.of("p1", 1)) + "\"");
    }

    private static TestRunner runner(String definition) {
        return Flows.runner(new PreprocessRecord(Clock.fixed(NOW, ZoneOffset.UTC)), definition);
    }

    private static void enqueue(TestRunner runner, String content) {
        runner.enqueue(content, Map.of("filename", "payments.dat", "absolute.path", "/in/"));
    }

    private static String payment(String seq, String amount, String paidAt, String card, String items) {
        return """
                {"payment_id": "p1", "seq": %s, "acct": "A-1", "amount": %s, "paid_at": %s, "cc": "%s",\
                 "email": "a@b.c", "items": %s, "channel": "web"}""".formatted(seq, amount, paidAt, card, items);
    }

    private static MockFlowFile only(TestRunner runner, org.apache.nifi.processor.Relationship relationship) {
        runner.assertTransferCount(relationship, 1);
        return runner.getFlowFilesForRelationship(relationship).getFirst();
    }

    private static List<Object> ids(MockFlowFile flowFile) {
        return Flows.records(flowFile).stream()
                .map(record -> (Object) record.get("_ingest_id").toString())
                .toList();
    }

    private static String original(GenericRecord quarantined) {
        return StandardCharsets.UTF_8
                .decode(((ByteBuffer) quarantined.get("original")).duplicate())
                .toString();
    }
}
