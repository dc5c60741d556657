package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.record.InstantReader;
import io.hybridingest.record.SliceLayouts;
import io.hybridingest.record.UnreadableContentException;
import io.hybridingest.route.Lane;
import io.hybridingest.route.LaneOverride;
import io.hybridingest.route.LanePolicy;
import io.hybridingest.route.Lanes;
import io.hybridingest.route.LatenessReference;
import io.hybridingest.route.RoutableRecords;
import io.hybridingest.route.Routing;
import io.hybridingest.route.Splitter;
import io.hybridingest.route.Tally;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.nifi.annotation.behavior.DynamicProperties;
import org.apache.nifi.annotation.behavior.DynamicProperty;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.ReadsAttribute;
import org.apache.nifi.annotation.behavior.ReadsAttributes;
import org.apache.nifi.annotation.behavior.Stateful;
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
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.DataUnit;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.record.path.RecordPath;
import org.apache.nifi.record.path.validation.RecordPathValidator;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * The switch between the two lanes. The choice is made in {@link Lanes} and the copying in {@link Splitter}; here a FlowFile is
 * taken, and passed on whole or replaced by the outputs of its lanes. Several tasks may run at once: they share the plan and the
 * newest event time.
 */
@Tags({
    "hybrid-ingest",
    "record",
    "route",
    "stream",
    "batch",
    "lane",
    "late data",
    "event time",
    "split",
    "avro",
    "bulk",
    "backfill"
})
@CapabilityDescription(
        "Sends every record through the lane that suits it: fresh ones to 'stream', those older than the pipeline's late-after"
                + " to 'batch', those further in the future than its ahead-limit to 'invalid'. A FlowFile that is large or of many records"
                + " goes to 'batch' whole, without being read. Avro containers, as PreprocessRecord writes them, are sliced: only the event"
                + " time is read, and the bytes of the records are copied. A FlowFile whose records all take one lane is passed on as it is.")
@SeeAlso({PreprocessRecord.class, IngestPipelineService.class})
@InputRequirement(InputRequirement.Requirement.INPUT_REQUIRED)
@SupportsBatching
@Stateful(
        scopes = Scope.LOCAL,
        description =
                "Where Lateness Reference is Newest Event Time, the newest event time that this node has seen, under the key"
                        + " newest.event.time. It moves forward only. Clear the state before another replay.")
@SystemResourceConsideration(
        resource = SystemResource.MEMORY,
        description =
                "One Avro block, or a few MiB of a Record Reader's records, for each concurrent task, however large the FlowFile"
                        + " is.")
@DynamicProperties({
    @DynamicProperty(
            name = "stream.NAME",
            value = "A RecordPath predicate, such as /priority = 'high'",
            description =
                    "Sends the records that it holds for to 'stream', whatever their event time. Predicates are tried in the order"
                            + " of NAME, those of stream and batch together; the first that holds wins. Records too far in the future are"
                            + " invalid even so, and bulk FlowFiles are not looked into."),
    @DynamicProperty(
            name = "batch.NAME",
            value = "A RecordPath predicate, such as /kind = 'correction'",
            description = "Sends the records that it holds for to 'batch', in the same way.")
})
@ReadsAttributes({
    @ReadsAttribute(
            attribute = HybridAttributes.RECORD_COUNT,
            description = "Compared with Bulk Record Count; where it is absent, only the size decides what is bulk."),
    @ReadsAttribute(attribute = "filename", description = "Source of invalid records that have no _source")
})
@WritesAttributes({
    @WritesAttribute(
            attribute = HybridAttributes.RECORD_COUNT,
            description = "Number of records in the FlowFile; of a bulk FlowFile it stays as it was"),
    @WritesAttribute(attribute = HybridAttributes.LANE, description = "The lane: stream, batch or invalid"),
    @WritesAttribute(
            attribute = HybridAttributes.EVENT_TIME_MIN,
            description = "Earliest event time in the FlowFile, ISO-8601; not of bulk FlowFiles and not on 'invalid'"),
    @WritesAttribute(
            attribute = HybridAttributes.EVENT_TIME_MAX,
            description = "Latest event time in the FlowFile, ISO-8601; not of bulk FlowFiles and not on 'invalid'"),
    @WritesAttribute(attribute = "filename", description = "On 'invalid': a new unique name that ends in .avro"),
    @WritesAttribute(attribute = HybridAttributes.PIPELINE, description = "Name of the pipeline"),
    @WritesAttribute(
            attribute = HybridAttributes.REASONS,
            description = "On 'invalid': the reason codes with their counts, such as 'ahead-of-time=2'."
                    + " On 'failure': why the content cannot be read"),
    @WritesAttribute(
            attribute = "mime.type",
            description =
                    "application/avro-binary where the content was sliced and on 'invalid', the MIME type of the Record Writer where it"
                            + " has written the FlowFile; else it stays as it was")
})
@UseCase(
        description = "Let fresh records reach a table within seconds while a backfill of years takes the cheap way",
        configuration =
                "Connect 'success' of PreprocessRecord to this processor, and leave Record Reader and Record Writer empty."
                        + " Connect 'stream' to PublishKafkaStream and 'batch' to the landing zone. late-after in the Pipeline Service says how"
                        + " old a record may be and still be streamed.")
public class RouteHybridRecord extends AbstractProcessor {
    static final PropertyDescriptor PIPELINE_SERVICE = new PropertyDescriptor.Builder()
            .name("Pipeline Service")
            .description("The pipeline whose event time and limits choose the lane.")
            .identifiesControllerService(IngestPipelineService.class)
            .required(true)
            .build();

    static final PropertyDescriptor RECORD_READER = new PropertyDescriptor.Builder()
            .name("Record Reader")
            .description(
                    "Reads content that is not sliced, which is all but Avro containers that have the pipeline's event time as a"
                            + " timestamp. Leave it empty after PreprocessRecord. Required together with Record Writer.")
            .identifiesControllerService(RecordReaderFactory.class)
            .required(false)
            .build();

    static final PropertyDescriptor RECORD_WRITER = new PropertyDescriptor.Builder()
            .name("Record Writer")
            .description(
                    "Writes what the Record Reader has read where a FlowFile has to be split: choose the writer of the reader's format,"
                            + " as FlowFiles that need no splitting keep theirs. Required together with Record Reader.")
            .identifiesControllerService(RecordSetWriterFactory.class)
            .required(false)
            .build();

    static final PropertyDescriptor BULK_RECORD_COUNT = new PropertyDescriptor.Builder()
            .name("Bulk Record Count")
            .description(
                    "A FlowFile whose attribute record.count is larger than this goes to 'batch' whole, without being read:"
                            + " its records too far in the future are not found here.")
            .required(true)
            .defaultValue("10000")
            .addValidator(StandardValidators.POSITIVE_LONG_VALIDATOR)
            .build();

    static final PropertyDescriptor BULK_SIZE = new PropertyDescriptor.Builder()
            .name("Bulk Size")
            .description(
                    "A FlowFile larger than this goes to 'batch' whole, without being read: its records too far in the future are"
                            + " not found here.")
            .required(true)
            .defaultValue("64 MB")
            .addValidator(StandardValidators.DATA_SIZE_VALIDATOR)
            .build();

    static final PropertyDescriptor LATENESS_REFERENCE = new PropertyDescriptor.Builder()
            .name("Lateness Reference")
            .description(
                    "What a record's age is measured from when it is compared with late-after. The ahead-limit is measured"
                            + " from the clock, always.")
            .required(true)
            .allowableValues(LatenessReference.class)
            .defaultValue(LatenessReference.WALL_CLOCK)
            .build();

    static final Relationship STREAM = new Relationship.Builder()
            .name("stream")
            .description("Fresh records")
            .build();

    static final Relationship BATCH = new Relationship.Builder()
            .name("batch")
            .description("Records older than late-after, and FlowFiles that are bulk, whatever is in them")
            .build();

    static final Relationship INVALID = new Relationship.Builder()
            .name("invalid")
            .description(
                    "Records further in the future than ahead-limit, or without event time, each with its reason; Avro containers,"
                            + " as the quarantine takes them")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "FlowFiles that cannot be read to their end, with their original content; none of their records goes"
                            + " anywhere else")
            .build();

    private static final List<PropertyDescriptor> PROPERTIES =
            List.of(PIPELINE_SERVICE, RECORD_READER, RECORD_WRITER, BULK_RECORD_COUNT, BULK_SIZE, LATENESS_REFERENCE);
    private static final Set<Relationship> RELATIONSHIPS = Set.of(STREAM, BATCH, INVALID, FAILURE);
    private static final Pattern OVERRIDE = Pattern.compile("(stream|batch)\\.\\S+");

    private final Clock clock;
    private volatile RoutePlan plan;
    private volatile NewestEventTime newestEventTime;

    /** For NiFi. */
    public RouteHybridRecord() {
        this(Clock.systemUTC());
    }

    RouteHybridRecord(Clock clock) {
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

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        return OVERRIDE.matcher(name).matches()
                ? new PropertyDescriptor.Builder()
                        .name(name)
                        .description("RecordPath predicate of the records that take this lane")
                        .dynamic(true)
                        .addValidator(new RecordPathValidator())
                        .build()
                : null;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        boolean reads = context.getProperty(RECORD_READER).isSet();
        boolean writes = context.getProperty(RECORD_WRITER).isSet();
        return reads == writes
                ? List.of()
                : List.of(new ValidationResult.Builder()
                        .subject((reads ? RECORD_WRITER : RECORD_READER).getName())
                        .valid(false)
                        .explanation(
                                "Record Reader and Record Writer go together. Set both, or neither for Avro containers")
                        .build());
    }

    /** Reads the configuration, once for all FlowFiles. */
    @OnScheduled
    public void plan(ProcessContext context) throws IOException {
        PipelineDefinition definition = context.getProperty(PIPELINE_SERVICE)
                .asControllerService(IngestPipelineService.class)
                .pipeline();
        List<LaneOverride> overrides = context.getProperties().keySet().stream()
                .filter(PropertyDescriptor::isDynamic)
                .sorted(Comparator.comparing(RouteHybridRecord::overrideName)
                        .thenComparing(PropertyDescriptor::getName))
                .map(property -> new LaneOverride(
                        property.getName().startsWith("stream.") ? Lane.STREAM : Lane.BATCH,
                        RecordPath.compile(context.getProperty(property).getValue())))
                .toList();
        plan = new RoutePlan(
                definition.name(),
                new LanePolicy(
                        definition.eventTime(),
                        context.getProperty(LATENESS_REFERENCE).asAllowableValue(LatenessReference.class),
                        overrides),
                new SliceLayouts(definition.eventTime().field()),
                new InstantReader(definition.prepare().normalise()),
                context.getProperty(BULK_RECORD_COUNT).asLong(),
                context.getProperty(BULK_SIZE).asDataSize(DataUnit.B).longValue(),
                context.getProperty(RECORD_READER).asControllerService(RecordReaderFactory.class),
                context.getProperty(RECORD_WRITER).asControllerService(RecordSetWriterFactory.class));
        newestEventTime = NewestEventTime.from(context.getStateManager());
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        FlowFile flowFile = session.get();
        if (flowFile == null) {
            return;
        }
        if (plan.isBulk(flowFile)) {
            transferWhole(session, flowFile, Lane.BATCH, Map.of());
            return;
        }
        OptionalLong newest = newestEventTime.micros();
        Lanes lanes = plan.policy().at(clock.instant(), newest);
        try {
            transfer(session, flowFile, route(session, flowFile, lanes));
        } catch (UnreadableContentException e) {
            getLogger().error("{} goes to failure: {}", flowFile, e.getMessage(), e);
            session.transfer(ReasonTally.unreadable(session, flowFile, e), FAILURE);
            return;
        } catch (IOException e) {
            throw new ProcessException("The records of " + flowFile + " could not be read or written", e);
        }
        if (!lanes.newestEventMicros().equals(newest)) {
            session.commitAsync(() -> remember(lanes.newestEventMicros()));
        }
    }

    private Routed route(ProcessSession session, FlowFile flowFile, Lanes lanes) throws IOException {
        try (RoutableRecords<?> records = plan.open(flowFile, () -> session.read(flowFile), getLogger())) {
            return route(session, flowFile, lanes, records);
        }
    }

    private <R> Routed route(ProcessSession session, FlowFile flowFile, Lanes lanes, RoutableRecords<R> records)
            throws IOException {
        try (LaneFlowFiles<R> outputs = new LaneFlowFiles<>(session, flowFile, records.format())) {
            try {
                Routing routing = new Splitter<>(records, lanes, FlowFileOrigin.source(flowFile), outputs).run();
                if (routing instanceof Routing.Split(Map<Lane, Tally> tallies)) {
                    outputs.reasons().report(session);
                    return new Routed(routing, records.mimeType(), outputs.finish(tallies, plan.pipeline()));
                }
                outputs.discard();
                return new Routed(routing, records.mimeType(), Map.of());
            } catch (UnreadableContentException e) {
                outputs.discard();
                throw e;
            }
        }
    }

    private void transfer(ProcessSession session, FlowFile flowFile, Routed routed) {
        switch (routed.routing()) {
            case Routing.Empty ignored -> session.remove(flowFile);
            case Routing.Whole(Lane lane, Tally tally) -> {
                Map<String, String> attributes = tally.attributes();
                routed.mimeType().ifPresent(type -> attributes.put(CoreAttributes.MIME_TYPE.key(), type));
                transferWhole(session, flowFile, lane, attributes);
            }
            case Routing.Split ignored -> {
                routed.children().forEach((lane, child) -> {
                    session.getProvenanceReporter().route(child, relationship(lane));
                    session.transfer(child, relationship(lane));
                });
                session.remove(flowFile);
            }
        }
    }

    private void transferWhole(ProcessSession session, FlowFile flowFile, Lane lane, Map<String, String> described) {
        Map<String, String> attributes = new HashMap<>(described);
        attributes.put(HybridAttributes.PIPELINE, plan.pipeline());
        attributes.put(HybridAttributes.LANE, lane.text());
        FlowFile marked = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().route(marked, relationship(lane));
        session.transfer(marked, relationship(lane));
    }

    private void remember(OptionalLong newestEventMicros) {
        try {
            newestEventTime.advance(newestEventMicros);
        } catch (IOException e) {
            getLogger().warn("The newest event time could not be kept: a restart would begin with an older one", e);
        }
    }

    private static Relationship relationship(Lane lane) {
        return switch (lane) {
            case STREAM -> STREAM;
            case BATCH -> BATCH;
            case INVALID -> INVALID;
        };
    }

    private static String overrideName(PropertyDescriptor property) {
        return property.getName().substring(property.getName().indexOf('.') + 1);
    }

    /** @param children the FlowFiles of a split content, by lane */
    private record Routed(Routing routing, Optional<String> mimeType, Map<Lane, FlowFile> children) {}
}
