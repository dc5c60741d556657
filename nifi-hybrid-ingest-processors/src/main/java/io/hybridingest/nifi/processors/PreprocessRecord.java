package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.prepare.Origin;
import io.hybridingest.prepare.Outcome;
import io.hybridingest.prepare.Preparation;
import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.Containers;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordSets;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
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
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * The front door of a pipeline: reads records of any format once and writes them as the pipeline's own. What a record goes through
 * is in {@link Preparation}; here its content is taken, and the outcome put into FlowFiles. Several tasks may run at once, as
 * nothing but the immutable plan is shared.
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
                        + " streams. A Record Reader that infers the schema reads the content twice.")
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
    @WritesAttribute(attribute = HybridAttributes.RECORD_COUNT, description = "Number of records in the FlowFile"),
    @WritesAttribute(
            attribute = "mime.type",
            description = "application/avro-binary, or the MIME type of the Record Writer where one is set"),
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
                            + " On 'failure': why the content cannot be read")
})
@UseCase(
        description = "Clean CSV or JSON of changing quality before it goes into a Delta Lake table",
        configuration =
                "Describe schema, identity and event time in the Pipeline Service. Set Record Reader to a reader of the"
                        + " format; for CSV let it take all fields as strings, so that leading zeros survive. Leave Record Writer empty."
                        + " Connect 'success' to RouteHybridRecord, 'invalid' to the quarantine directory of the landing zone, and 'failure'"
                        + " to its directory for unreadable content.")
public class PreprocessRecord extends AbstractProcessor {
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
                    "FlowFiles that the Record Reader cannot read to their end, with their original content; none of their"
                            + " records goes anywhere else")
            .build();

    private static final List<PropertyDescriptor> PROPERTIES = List.of(PIPELINE_SERVICE, RECORD_READER, RECORD_WRITER);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, INVALID, FAILURE);

    private final Clock clock;
    private volatile Plan plan;

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
        IngestPipelineService service =
                context.getProperty(PIPELINE_SERVICE).asControllerService(IngestPipelineService.class);
        Preparation preparation = Preparation.of(service.pipeline(), service.maskKey());
        plan = new Plan(
                service.pipeline().name(),
                preparation,
                AvroRecords.recordSchema(preparation.schema()),
                context.getProperty(RECORD_READER).asControllerService(RecordReaderFactory.class),
                Optional.ofNullable(
                        context.getProperty(RECORD_WRITER).asControllerService(RecordSetWriterFactory.class)));
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        FlowFile original = session.get();
        if (original == null) {
            return;
        }
        try (OutputFlowFile<GenericRecord> prepared = new OutputFlowFile<>(session, original, format(original));
                OutputFlowFile<GenericRecord> invalid =
                        new OutputFlowFile<>(session, original, Containers.ofRecords(QuarantinedRecord.schema()))) {
            ReasonTally reasons;
            try {
                reasons = prepareAll(session, original, prepared, invalid);
            } catch (UnreadableContentException e) {
                prepared.discard();
                invalid.discard();
                getLogger().error("{} goes to failure: {}", original, e.getMessage(), e);
                session.transfer(ReasonTally.unreadable(session, original, e), FAILURE);
                return;
            }
            Map<String, String> attributes = Map.of(
                    HybridAttributes.PIPELINE, plan.pipeline(),
                    HybridAttributes.FLOWFILE, FlowFileOrigin.identifier(original));
            prepared.finish(attributes).ifPresent(flowFile -> session.transfer(flowFile, SUCCESS));
            invalid.finishUnderOwnName(attributes)
                    .map(flowFile -> session.putAttribute(flowFile, HybridAttributes.REASONS, reasons.text()))
                    .ifPresent(flowFile -> session.transfer(flowFile, INVALID));
            reasons.report(session);
            session.remove(original);
        } catch (IOException e) {
            throw new ProcessException("The records of " + original + " could not be written", e);
        }
    }

    private ReasonTally prepareAll(
            ProcessSession session,
            FlowFile original,
            OutputFlowFile<GenericRecord> prepared,
            OutputFlowFile<GenericRecord> invalid)
            throws IOException {
        Origin origin = new Origin(FlowFileOrigin.identifier(original), FlowFileOrigin.source(original));
        ReasonTally reasons = new ReasonTally();
        try (InputStream in = session.read(original);
                RecordInput input = RecordInput.open(
                        plan.reader(), original.getAttributes(), in, original.getSize(), getLogger(), false)) {
            long index = 0;
            for (Optional<org.apache.nifi.serialization.record.Record> next = input.next();
                    next.isPresent();
                    next = input.next()) {
                switch (plan.preparation().prepare(next.get(), origin, index++)) {
                    case Outcome.Prepared(GenericRecord fitting) -> prepared.write(fitting);
                    case Outcome.Invalid misfit -> {
                        reasons.add(misfit.reasons());
                        invalid.write(quarantined(misfit, origin).toAvro());
                    }
                }
            }
        }
        return reasons;
    }

    private QuarantinedRecord quarantined(Outcome.Invalid misfit, Origin origin) {
        return new QuarantinedRecord(
                misfit.quarantineId(),
                misfit.ingestId(),
                Preparation.STAGE,
                misfit.reasons(),
                misfit.original(),
                origin.source(),
                clock.instant());
    }

    private OutputFormat<GenericRecord> format(FlowFile original) {
        return plan.writer()
                .map(writer -> RecordSets.format(writer, plan.recordSchema(), original.getAttributes(), getLogger())
                        .accepting((GenericRecord record) -> AvroRecords.record(record, plan.recordSchema())))
                .orElseGet(() -> Containers.ofRecords(plan.preparation().schema()));
    }

    /** Everything that stays the same from one FlowFile to the next. */
    private record Plan(
            String pipeline,
            Preparation preparation,
            RecordSchema recordSchema,
            RecordReaderFactory reader,
            Optional<RecordSetWriterFactory> writer) {}
}
