package io.hybridingest.nifi.services;

import io.hybridingest.pipeline.DefinitionError;
import io.hybridingest.pipeline.InvalidDefinitionException;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Prepare;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * Holds one pipeline definition for every component that refers to it. Parsed when it is validated, so that a mistake is seen, with its
 * line, before anything starts, and once when it is enabled. Safe for several threads.
 */
@Tags({"hybrid-ingest", "pipeline", "schema", "identity", "event time", "delta lake", "spark", "kafka"})
@CapabilityDescription(
        "Says once what a pipeline is: schema, identity, event time, how records are prepared, checks, transformation, both"
                + " lanes and the Delta table. All hybrid-ingest processors refer to it, and Spark jobs are launched with it. The definition is"
                + " YAML and may hold parameters; every mistake in it is reported at once, with its line and what to write instead.")
public class StandardIngestPipelineService extends AbstractControllerService implements IngestPipelineService {
    static final PropertyDescriptor PIPELINE_DEFINITION = new PropertyDescriptor.Builder()
            .name("Pipeline Definition")
            .description(
                    "The definition in YAML; see the additional details for every key. Parameters such as #{landing.path} are"
                            + " replaced before it is read.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor MASK_KEY = new PropertyDescriptor.Builder()
            .name("Mask Key")
            .description(
                    "The key of fields masked by 'hash' (HMAC-SHA-256), required where there are any. At least 16 characters, as"
                            + " anyone who has the key can find out masked values by trying. Changing it changes every hash.")
            .required(false)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .build();

    private static final int SHORTEST_KEY = 16;
    private static final List<PropertyDescriptor> PROPERTIES = List.of(PIPELINE_DEFINITION, MASK_KEY);

    private volatile Enabled enabled;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTIES;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        try {
            PipelineDefinition definition = PipelineDefinition.fromYaml(
                    context.getProperty(PIPELINE_DEFINITION).getValue());
            return maskKeyProblems(definition, context.getProperty(MASK_KEY).getValue());
        } catch (InvalidDefinitionException e) {
            return e.errors().stream()
                    .map(DefinitionError::toString)
                    .map(error -> invalid(PIPELINE_DEFINITION, error))
                    .toList();
        }
    }

    /** Makes the definition available. */
    @OnEnabled
    public void enable(ConfigurationContext context) {
        String key = context.getProperty(MASK_KEY).getValue();
        enabled = new Enabled(
                PipelineDefinition.fromYaml(
                        context.getProperty(PIPELINE_DEFINITION).getValue()),
                key == null ? new byte[0] : key.getBytes(StandardCharsets.UTF_8));
    }

    /** Forgets the definition and the key. */
    @OnDisabled
    public void disable() {
        enabled = null;
    }

    @Override
    public PipelineDefinition pipeline() {
        return current().definition();
    }

    @Override
    public byte[] maskKey() {
        return current().maskKey().clone();
    }

    private Enabled current() {
        Enabled now = enabled;
        if (now == null) {
            throw new IllegalStateException("The pipeline service " + getIdentifier() + " is disabled. Enable it.");
        }
        return now;
    }

    private static List<ValidationResult> maskKeyProblems(PipelineDefinition definition, String key) {
        List<ValidationResult> problems = new ArrayList<>();
        boolean hashed = definition.prepare().mask().containsValue(Prepare.Mask.HASH);
        if (hashed && key == null) {
            problems.add(
                    invalid(MASK_KEY, "the definition masks a field by hash. Set a key of at least 16 characters"));
        } else if (hashed && key.length() < SHORTEST_KEY) {
            problems.add(invalid(MASK_KEY, "a key this short can be guessed. Set one of at least 16 characters"));
        }
        return problems;
    }

    private static ValidationResult invalid(PropertyDescriptor property, String explanation) {
        return new ValidationResult.Builder()
                .subject(property.getName())
                .valid(false)
                .explanation(explanation)
                .build();
    }

    private record Enabled(PipelineDefinition definition, byte[] maskKey) {}
}
