package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.Reason;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.UnreadableContentException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.serialization.record.Record;

/** The steps of PreprocessRecord's Verify button. Nothing is read but the sample, and nothing is written. */
final class PreprocessVerification {
    private static final String COMPILE = "Compile the pipeline definition";
    private static final String PREPARE = "Prepare the sample";
    private static final int SHOWN_RECORDS = 10;
    private static final Origin ORIGIN = new Origin("verification", "Verification Sample");

    private final Supplier<PreprocessPlan> plans;
    private final Map<String, String> attributes;

    /**
     * Verifies a configuration.
     *
     * @param plans compiles the configuration, and throws where it cannot
     * @param attributes attributes of the FlowFile that the sample stands for
     */
    PreprocessVerification(Supplier<PreprocessPlan> plans, Map<String, String> attributes) {
        this.plans = plans;
        this.attributes = Map.copyOf(attributes);
    }

    /**
     * Runs every step.
     *
     * @param sample content for the Record Reader, null or blank where there is none
     */
    List<ConfigVerificationResult> verify(String sample) {
        PreprocessPlan plan;
        try {
            plan = plans.get();
        } catch (RuntimeException e) {
            return List.of(
                    result(COMPILE, ConfigVerificationResult.Outcome.FAILED, e.getMessage()),
                    result(PREPARE, ConfigVerificationResult.Outcome.SKIPPED, "The definition does not compile"));
        }
        return List.of(
                result(
                        COMPILE,
                        ConfigVerificationResult.Outcome.SUCCESSFUL,
                        "Pipeline " + plan.pipeline() + " compiles; fields of its prepared records: "
                                + plan.preparation().schema().getFields().size()),
                prepare(plan, sample));
    }

    private ConfigVerificationResult prepare(PreprocessPlan plan, String sample) {
        if (sample == null || sample.isBlank()) {
            return result(
                    PREPARE,
                    ConfigVerificationResult.Outcome.SKIPPED,
                    "Set Verification Sample to some records in the Record Reader's format to see what becomes of them");
        }
        Findings findings = new Findings();
        byte[] content = sample.getBytes(StandardCharsets.UTF_8);
        try (RecordInput input = plan.open(attributes, new ByteArrayInputStream(content), content.length)) {
            for (Optional<Record> next = input.next(); next.isPresent(); next = input.next()) {
                findings.add(plan.prepare(next.get(), ORIGIN, findings.records));
            }
        } catch (UnreadableContentException e) {
            return result(
                    PREPARE,
                    ConfigVerificationResult.Outcome.FAILED,
                    "The sample breaks off: " + e.getMessage() + ". Before that, " + findings.text());
        }
        if (findings.records == 0) {
            return result(
                    PREPARE,
                    ConfigVerificationResult.Outcome.FAILED,
                    "The Record Reader finds no record in the sample");
        }
        return result(PREPARE, findings.outcome(), findings.text());
    }

    private static ConfigVerificationResult result(
            String step, ConfigVerificationResult.Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }

    /** What became of the sample's records. */
    private static final class Findings {
        private final StringBuilder misfits = new StringBuilder();
        private String first = "";
        private long records;
        private long fitting;

        void add(Outcome outcome) {
            records++;
            switch (outcome) {
                case Outcome.Prepared(GenericRecord record) -> {
                    fitting++;
                    if (first.isEmpty()) {
                        first = ". The first prepared record: " + RecordJson.text(record);
                    }
                }
                case Outcome.Invalid invalid
                when records - fitting <= SHOWN_RECORDS ->
                    misfits.append(". Record ")
                            .append(records)
                            .append(" is invalid: ")
                            .append(invalid.reasons().stream()
                                    .map(Findings::text)
                                    .collect(Collectors.joining("; ")));
                case Outcome.Invalid ignored -> {}
            }
        }

        ConfigVerificationResult.Outcome outcome() {
            return fitting == records
                    ? ConfigVerificationResult.Outcome.SUCCESSFUL
                    : ConfigVerificationResult.Outcome.FAILED;
        }

        String text() {
            long unshown = Math.max(0, records - fitting - SHOWN_RECORDS);
            String rest = unshown == 0 ? "" : ". Invalid records beside these: " + unshown;
            return fitting + " of " + records + " records fit" + misfits + rest + first;
        }

        private static String text(Reason reason) {
            String value = reason.value().isEmpty() ? "" : ", value '" + reason.value() + "'";
            return reason.field() + " " + reason.code() + ", " + reason.message() + value;
        }
    }
}
