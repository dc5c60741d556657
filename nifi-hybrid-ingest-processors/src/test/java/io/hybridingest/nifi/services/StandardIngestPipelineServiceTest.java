package io.hybridingest.nifi.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridingest.testing.Pipelines;
import java.nio.charset.StandardCharsets;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandardIngestPipelineServiceTest {
    private final TestRunner runner = TestRunners.newTestRunner(new Bystander());
    private final StandardIngestPipelineService service = new StandardIngestPipelineService();

    @BeforeEach
    void add() throws InitializationException {
        runner.addControllerService("pipeline", service);
    }

    @Test
    void handsOutTheDefinitionAndTheKeyWhileItIsEnabled() {
        runner.setProperty(service, "Pipeline Definition", Pipelines.PAYMENTS);
        runner.setProperty(service, "Mask Key", Pipelines.MASK_KEY);
        runner.enableControllerService(service);

        assertThat(service.pipeline().name()).isEqualTo("payments");
        assertThat(service.pipeline()).isSameAs(service.pipeline());
        service.maskKey()[0] = 0;
        assertThat(service.maskKey()).asString(StandardCharsets.UTF_8).isEqualTo(Pipelines.MASK_KEY);

        runner.disableControllerService(service);
        assertThatThrownBy(service::pipeline)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Enable it");
    }

    @Test
    void reportsEveryErrorOfTheDefinitionWithItsLine() {
        String definition = Pipelines.PAYMENTS
                .replace("identity: [payment_id, seq]", "identity: [payment]")
                .replace("table: {path: /tables/payments}", "tables: {path: /tables/payments}");

        MockProcessContext context = new MockProcessContext(service);
        context.setProperty(StandardIngestPipelineService.PIPELINE_DEFINITION, definition);
        assertThat(service.validate(new MockValidationContext(context)))
                .allSatisfy(result -> assertThat(result.getSubject()).isEqualTo("Pipeline Definition"))
                .extracting(ValidationResult::getExplanation)
                .satisfiesExactly(
                        error -> assertThat(error).contains("table.path: is missing"),
                        error -> assertThat(error).startsWith("line 15: identity[0]: 'payment' is not a field"),
                        error -> assertThat(error).startsWith("line 23: tables: unknown key"));
    }

    @Test
    void wantsAKeyOnlyWhereFieldsAreHashedAndThenAGoodOne() {
        runner.setProperty(service, "Pipeline Definition", Pipelines.PAYMENTS);
        assertThatThrownBy(() -> runner.assertValid(service)).hasMessageContaining("masks a field by hash");
        runner.setProperty(service, "Mask Key", "short");
        assertThatThrownBy(() -> runner.assertValid(service)).hasMessageContaining("can be guessed");
        runner.setProperty(service, "Mask Key", Pipelines.MASK_KEY);
        runner.assertValid(service);
        runner.removeProperty(service, "Mask Key");
        runner.setProperty(service, "Pipeline Definition", Pipelines.PAYMENTS.replace("email: hash", "email: redact"));
        runner.assertValid(service);
    }

    /** A runner needs a processor to hold services. */
    private static final class Bystander extends AbstractProcessor {
        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            session.get();
        }
    }
}
