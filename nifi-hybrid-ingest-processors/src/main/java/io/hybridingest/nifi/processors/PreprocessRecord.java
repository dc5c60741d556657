package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.Containers;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.SideEffectFree;
import org.apache.nifi.annotation.behavior.SupportsBatching;
import org.apache.nifi.annotation.behavior.SystemResource;
import org.apache.nifi.annotation.behavior.SystemResourceConsideration;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.documentation.UseCase;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * The front door of a pipeline: reads records of any format once and writes them as the pipeline's own. What a record goes through
 * is in {@link Preparation}, what becomes of a FlowFile in {@link Preprocessing}; here is what a person sets and connects. Several
 * tasks may run at once, as nothing but the immutable plan is shared.
 */
@Tags({
    "hybrid-ingest",
    "record",
    "preprocess",
    "clean",
    "schema",
    "coerce",
    "validate",
    "mask",
    "rename",
    "default",
    "identity",
    "quarantine",
    "avro"
})
@CapabilityDescription(
        "Makes records fit a pipeline, in one pass: renames fields, fills in defaults, coerces every value to the"
                + " pipeline's schema, brings times to UTC, masks, drops, keeps fields that the schema does not know, and stamps the identity"
                + " that lets every record be in the table once. A record that cannot be made to fit goes to 'invalid' with every reason and"
                + " its original content, and the others go on. Input is whatever a Record Reader reads; output is Avro in the pipeline's"
                + " schema, which RouteHybridRecord and PublishKafkaStream pass on without parsing it again.")
@SeeAlso({RouteHybridRecord.class, IngestPipelineService.class})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SideEffectFree
@SupportsBatching
@SystemResourceConsideration(
        resource = SystemResource.CPU,
        description = "Reading, coercing and compressing records takes one core for each concurrent task.")
@SystemResourceConsideration(
        resource = SystemResource.MEMORY,
        description =
                "One record and one Avro block at a time, however large the FlowFile is, provided that the Record Reader"
                        + " streams. A Record Reader that infers the schema reads the content twice. Where content is read again by"
                        + " lines, at most 16 MiB of lines and their records.")
@ReadsAttributes({
    @ReadsAttribute(
            attribute = HybridAttributes.FLOWFILE,
            description =
                    "Identifier behind the identity 'position'. Where it is absent, the FlowFile's own uuid is taken."),
    @ReadsAttribute(
            attribute = "filename",
            description = "Becomes, after absolute.path where that is known, the column _source.")
})
@WritesAttributes({
    @WritesAttribute(
            attribute = HybridAttributes.RECORD_COUNT,
            description =
                    "Number of records in the FlowFile; on 'failure', only for unreadable lines, the number of lines"),
    @WritesAttribute(
            attribute = "mime.type",
            description =
                    "application/avro-binary, or the MIME type of the Record Writer where one is set; as it came on"
                            + " 'failure'"),
    @WritesAttribute(attribute = "filename", description = "On 'invalid': a new unique name that ends in .avro"),
    @WritesAttribute(attribute = HybridAttributes.PIPELINE, description = "Name of the pipeline"),
    @WritesAttribute(
            attribute = HybridAttributes.FLOWFILE,
            description =
                    "Identifier behind the identity 'position': stays the same when the content is processed again"),
    @WritesAttribute(
            attribute = HybridAttributes.REASONS,
            description =
                    "On 'invalid': the most frequent reason codes with their counts, such as 'wrong-type=3, missing=1'."
                            + " On 'failure': why the FlowFile, or the lines in it, cannot be taken"),
    @WritesAttribute(
            attribute = HybridAttributes.RECORDS_TAKEN,
            description =
                    "On 'failure', where the FlowFile is the one that came: how many of its records went to 'success' and"
                            + " 'invalid'")
})
@UseCase(
        description = "Clean CSV or JSON of changing quality before it goes into a Delta Lake table",
        configuration =
                "Describe schema, identity and event time in the Pipeline Service. Set Record Reader to a reader of the"
                        + " format; for CSV let it take all fields as strings, so that leading zeros survive. Leave Record Writer empty."
                        + " Connect 'success' to RouteHybridRecord, 'invalid' to the quarantine directory of the landing zone, and 'failure'"
                        + " to its directory for unreadable content.")
public class PreprocessRecord extends AbstractProcessor implements VerifiableProcessor {
    static final PropertyDescriptor PIPELINE_SERVICE = new PropertyDescriptor.Builder()
            .name("Pipeline Service")
            .description(
                    "The pipeline that the records have to fit: schema, identity, event time, and what to do on the way.")
            .identifiesControllerService(IngestPipelineService.class)
            .required(true)
            .build();

    static final PropertyDescriptor RECORD_READER = new PropertyDescriptor.Builder()
            .name("Record Reader")
            .description(
                    "Reads the incoming content. It may infer the schema: the pipeline's own schema is applied afterwards, and a"
                            + " value of the wrong type is answered with a reason instead of failing the FlowFile.")
            .identifiesControllerService(RecordReaderFactory.class)
            .required(true)
            .build();

    static final PropertyDescriptor RECORD_WRITER = new PropertyDescriptor.Builder()
            .name("Record Writer")
            .description(
                    "Writes prepared records in another format. Leave it empty for Avro containers in the pipeline's schema:"
                            + " only those are routed and published without being parsed again. Invalid records are always Avro.")
            .identifiesControllerService(RecordSetWriterFactory.class)
            .required(false)
            .build();

    static final PropertyDescriptor UNREADABLE_RECORDS = new PropertyDescriptor.Builder()
            .name("Unreadable Records")
            .description("What becomes of a FlowFile that the Record Reader cannot read to its end.")
            .allowableValues(UnreadableRecords.class)
            .defaultValue(UnreadableRecords.FAIL_FLOWFILE)
            .required(true)
            .build();

    static final PropertyDescriptor INVALID_THRESHOLD = new PropertyDescriptor.Builder()
            .name("Invalid Threshold")
            .description(
                    "A FlowFile of which more than this share of the records is invalid, such as '20 %', is taken for a wrong"
                            + " file: it goes to 'failure' whole, as it came, and none of its records goes anywhere else. With '0 %' a single"
                            + " invalid record is enough. Leave it empty for no limit.")
            .addValidator(InvalidThreshold.VALIDATOR)
            .required(false)
            .build();

    static final PropertyDescriptor INVALID_THRESHOLD_MINIMUM_RECORDS = new PropertyDescriptor.Builder()
            .name("Invalid Threshold Minimum Records")
            .description(
                    "Invalid Threshold applies to FlowFiles of this many records or more. The share of a few records says"
                            + " little: one invalid record, alone in its FlowFile, is 100 % of it.")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .defaultValue("10")
            .required(true)
            .dependsOn(INVALID_THRESHOLD)
            .build();

    static final PropertyDescriptor VERIFICATION_SAMPLE = new PropertyDescriptor.Builder()
            .name("Verification Sample")
            .description(
                    "Some records as the Record Reader reads them, for the Verify button only: it shows what becomes of them,"
                            + " without running anything. Set it to ${sample}, and the dialog's attribute 'sample' can hold them instead.")
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.FLOWFILE_ATTRIBUTES)
            .required(false)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description(
                    "Records that fit the pipeline, in its schema with the fields _ingest_id, _source and _rescued")
            .build();

    static final Relationship INVALID = new Relationship.Builder()
            .name("invalid")
            .description(
                    "Records that cannot be made to fit, each with every reason and its original content as JSON in which masked"
                            + " fields are hidden; Avro containers, as the quarantine takes them")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "FlowFiles that cannot be read to their end, or of which too many records are invalid, with their original"
                            + " content; and lines that cannot be read, in FlowFiles of their own. Nothing is masked here")
            .build();

    private static final List<PropertyDescriptor> PROPERTIES = List.of(
            PIPELINE_SERVICE,
            RECORD_READER,
            RECORD_WRITER,
            UNREADABLE_RECORDS,
            INVALID_THRESHOLD,
            INVALID_THRESHOLD_MINIMUM_RECORDS,
            VERIFICATION_SAMPLE);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, INVALID, FAILURE);

    private final Clock clock;
    private volatile PreprocessPlan plan;

    /** For NiFi. */
    public PreprocessRecord() {
        this(Clock.systemUTC());
    }

    PreprocessRecord(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return RELATIONSHIPS;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTIES;
    }

    /** Compiles the pipeline's definition, once for all FlowFiles. */
    @OnScheduled
    public void compile(ProcessContext context) {
        plan = plan(context, getLogger());
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        FlowFile original = session.get();
        if (original == null) {
            return;
        }
        try {
            new Preprocessing(plan, session, original).run();
        } catch (IOException e) {
            throw new ProcessException("The records of " + original + " could not be written: " + e.getMessage(), e);
        }
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ProcessContext context, ComponentLog log, Map<String, String> attributes) {
        String sample = context.getProperty(VERIFICATION_SAMPLE)
                .evaluateAttributeExpressions(attributes)
                .getValue();
        return new PreprocessVerification(() -> plan(context, log), attributes).verify(sample);
    }

    private PreprocessPlan plan(ProcessContext context, ComponentLog log) {
        IngestPipelineService service =
                context.getProperty(PIPELINE_SERVICE).asControllerService(IngestPipelineService.class);
        PipelineDefinition definition = service.pipeline();
        Preparation preparation = Preparation.of(definition, service.maskKey());
        return new PreprocessPlan(
                definition.name(),
                preparation,
                AvroRecords.recordSchema(preparation.schema()),
                Containers.ofRecords(preparation.schema()),
                PreprocessPlan.disclosure(definition),
                context.getProperty(RECORD_READER).asControllerService(RecordReaderFactory.class),
                context.getProperty(RECORD_WRITER).asControllerService(RecordSetWriterFactory.class),
                context.getProperty(UNREADABLE_RECORDS).asAllowableValue(UnreadableRecords.class),
                invalidThreshold(context),
                log,
                clock);
    }

    private static InvalidThreshold invalidThreshold(ProcessContext context) {
        String share = context.getProperty(INVALID_THRESHOLD).getValue();
        return share == null
                ? InvalidThreshold.NONE
                : InvalidThreshold.of(
                        share,
                        context.getProperty(INVALID_THRESHOLD_MINIMUM_RECORDS).asLong());
    }
}
