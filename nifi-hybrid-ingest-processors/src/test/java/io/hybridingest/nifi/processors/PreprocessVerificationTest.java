package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.testing.Pipelines;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.TestRunner;
import org.junit.jupiter.api.Test;

/** What the Verify button answers. */
class PreprocessVerificationTest {
    private static final String HEADER = "payment_id,seq,acct,amount,paid_at,cc\n";
    private static final String CARD = "4111111111111234";
    private static final String GOOD = "p1,1,A-1,12.30,2024-01-31T12:00:00Z," + CARD + "\n";

    private final PreprocessRecord processor = new PreprocessRecord();

    @Test
    void showsTheFirstPreparedRecordMasked() {
        List<ConfigVerificationResult> results = verify(HEADER + GOOD, Map.of());

        assertThat(results).extracting(ConfigVerificationResult::getOutcome).containsOnly(Outcome.SUCCESSFUL);
        assertThat(results.getFirst().getExplanation())
                .isEqualTo("Pipeline payments compiles; fields of its prepared records: 12");
        assertThat(results.getLast().getVerificationStepName()).isEqualTo("Prepare the sample");
        assertThat(results.getLast().getExplanation())
                .startsWith("1 of 1 records fit. The first prepared record: {\"payment_id\":\"p1\",\"seq\":1")
                .contains("\"amount\":12.30", "\"card\":\"************1234\"")
                .doesNotContain(CARD);
    }

    @Test
    void takesTheSampleFromTheDialogsAttributes() {
        List<ConfigVerificationResult> results = verify("${sample}", Map.of("sample", HEADER + GOOD + GOOD));

        assertThat(results.getLast().getExplanation()).startsWith("2 of 2 records fit");
    }

    @Test
    void explainsInvalidRecordsAndHidesMaskedValues() {
        TestRunner runner = Flows.runner(processor, Pipelines.PAYMENTS);
        Flows.readJson(runner);
        runner.setProperty("Verification Sample", """
                {"payment_id": "p1", "seq": 1, "acct": "A-1", "amount": "much", "paid_at": "2024-01-31T12:00:00Z", "cc": ["4111111111111234"]}
                {"payment_id": "p2", "seq": 2, "acct": "A-1", "amount": 1, "paid_at": "2024-01-31T12:00:00Z"}""");

        ConfigVerificationResult prepared = processor
                .verify(runner.getProcessContext(), runner.getLogger(), Map.of())
                .getLast();

        assertThat(prepared.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(prepared.getExplanation())
                .startsWith("1 of 2 records fit. Record 1 is invalid: amount wrong-type, ")
                .contains(
                        "value 'much'; card wrong-type, ",
                        "value '***'. The first prepared record: {\"payment_id\":\"p2\"")
                .doesNotContain(CARD);
    }

    @Test
    void showsTenInvalidRecordsAndCountsTheRest() {
        List<ConfigVerificationResult> results =
                verify(HEADER + "p1,x,A-1,1,2024-01-31T12:00:00Z,\n".repeat(13), Map.of());

        assertThat(results.getLast().getExplanation())
                .startsWith("0 of 13 records fit. Record 1 is invalid: ")
                .contains("Record 10 is invalid: ")
                .doesNotContain("Record 11")
                .endsWith(". Invalid records beside these: 3");
    }

    @Test
    void saysWhereTheSampleBreaksOffWithoutQuotingIt() {
        List<ConfigVerificationResult> results = verify(HEADER + GOOD + "p2,\"" + CARD + "\"x\n", Map.of());

        assertThat(results.getLast().getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.getLast().getExplanation())
                .startsWith("The sample breaks off: the content is malformed (CSVException at line 3")
                .contains("Before that, 1 of 1 records fit")
                .doesNotContain(CARD);
    }

    @Test
    void skipsTheSampleWhereThereIsNone() {
        for (List<ConfigVerificationResult> results : List.of(verify(null, Map.of()), verify("${sample}", Map.of()))) {
            assertThat(results.getFirst().getOutcome()).isEqualTo(Outcome.SUCCESSFUL);
            assertThat(results.getLast().getOutcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(results.getLast().getExplanation()).startsWith("Set Verification Sample");
        }
    }

    @Test
    void failsASampleWithoutRecords() {
        List<ConfigVerificationResult> results = verify(HEADER, Map.of());

        assertThat(results.getLast().getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(results.getLast().getExplanation()).isEqualTo("The Record Reader finds no record in the sample");
    }

    @Test
    void saysThatTheDefinitionCannotBeHad() {
        TestRunner runner = Flows.runner(processor, Pipelines.PAYMENTS);
        Flows.readCsv(runner);
        runner.disableControllerService(runner.getControllerService("pipeline"));

        List<ConfigVerificationResult> results =
                processor.verify(runner.getProcessContext(), runner.getLogger(), Map.of());

        assertThat(results)
                .extracting(ConfigVerificationResult::getOutcome)
                .containsExactly(Outcome.FAILED, Outcome.SKIPPED);
        assertThat(results.getFirst().getExplanation()).isNotBlank();
    }

    private List<ConfigVerificationResult> verify(String sample, Map<String, String> attributes) {
        TestRunner runner = Flows.runner(processor, Pipelines.PAYMENTS);
        Flows.readCsv(runner);
        if (sample != null) {
            runner.setProperty("Verification Sample", sample);
        }
        return processor.verify(runner.getProcessContext(), runner.getLogger(), attributes);
    }
}
