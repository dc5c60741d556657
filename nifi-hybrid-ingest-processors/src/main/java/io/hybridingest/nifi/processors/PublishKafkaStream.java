package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.Compression;
import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.KafkaFault;
import io.hybridingest.kafka.NewTopicSettings;
import io.hybridingest.kafka.Partitioning;
import io.hybridingest.kafka.ProducerFactory;
import io.hybridingest.kafka.PublishOutcome;
import io.hybridingest.kafka.PublishOutcome.NotPublished;
import io.hybridingest.kafka.PublishOutcome.Published;
import io.hybridingest.kafka.PublishOutcome.Unexplained;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublisherPool;
import io.hybridingest.kafka.TopicGate;
import io.hybridingest.kafka.TopicGate.Passage;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.InputRequirement.Requirement;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.annotation.lifecycle.OnUnscheduled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.processor.exception.FlowFileHandlingException;
import org.apache.nifi.processor.exception.MissingFlowFileException;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.serialization.RecordReaderFactory;

/** Publishes prepared records to the pipeline's topic, and holds or diverts them while the job cannot keep up. */
@Tags({"hybrid-ingest", "kafka", "publish", "stream", "producer", "transaction", "exactly once", "lag", "avro", "record"
})
@CapabilityDescription(
        "Publishes prepared records to the Kafka topic of the pipeline, one message per record, keyed and stamped with event "
                + "time and identity. Avro containers and JSON need no reader and are sliced where they can be; anything else is read by a "
                + "Record Reader. The records of several FlowFiles share one transaction, yet a "
                + "FlowFile that cannot be read, or a record that Kafka cannot take, never holds up the others. While the topic is "
                + "further ahead of the table than the pipeline's max-lag, FlowFiles are held in the queue or diverted to the batch lane.")
@InputRequirement(Requirement.INPUT_REQUIRED)
@WritesAttributes({
    @WritesAttribute(attribute = "msg.count", description = "Messages of this FlowFile that Kafka acknowledged"),
    @WritesAttribute(
            attribute = "record.count",
            description = "success: records in the FlowFile; rejected: records that Kafka refused"),
    @WritesAttribute(attribute = "kafka.topic", description = "Topic that the records were published to"),
    @WritesAttribute(
            attribute = "kafka.partition.hottest",
            description = "success: the partition that got most of the records published in the same trigger"),
    @WritesAttribute(
            attribute = "kafka.partition.hottest.share",
            description = "success: the part of those records that it got, from 0 to 1"),
    @WritesAttribute(
            attribute = "hybrid.publish.attempts",
            description = "In the queue: how often publishing the FlowFile failed for no known reason"),
    @WritesAttribute(attribute = "hybrid.pipeline", description = "Name of the pipeline"),
    @WritesAttribute(
            attribute = "hybrid.lane",
            description = "overflow: batch, because the records now take the batch lane"),
    @WritesAttribute(
            attribute = "hybrid.reasons",
            description =
                    "rejected: codes of the reasons with their counts; failure: why the FlowFile was not published"),
    @WritesAttribute(attribute = "mime.type", description = "rejected: application/avro-binary"),
    @WritesAttribute(attribute = "filename", description = "rejected: a new unique name that ends in .avro")
})
@SeeAlso(
        classNames = {
            "io.hybridingest.nifi.services.StandardKafkaClusterService",
            "io.hybridingest.nifi.services.StandardIngestPipelineService",
            "io.hybridingest.nifi.processors.RouteHybridRecord",
            "io.hybridingest.nifi.processors.RunSparkStream"
        })
public class PublishKafkaStream extends AbstractProcessor implements VerifiableProcessor {

    static final PropertyDescriptor PIPELINE_SERVICE = new PropertyDescriptor.Builder()
            .name("Pipeline Service")
            .description(
                    "Pipeline whose records are published: it says topic, encoding, event time and how much lag is too much.")
            .required(true)
            .identifiesControllerService(IngestPipelineService.class)
            .build();

    static final PropertyDescriptor KAFKA_CLUSTER_SERVICE = new PropertyDescriptor.Builder()
            .name("Kafka Cluster Service")
            .description("Cluster that the records are published to.")
            .required(true)
            .identifiesControllerService(KafkaClusterService.class)
            .build();

    static final PropertyDescriptor RECORD_READER = new PropertyDescriptor.Builder()
            .name("Record Reader")
            .description(
                    "Reads content that is neither an Avro container nor JSON objects one after the other. The records have to be prepared nonetheless: with all "
                            + "fields of the pipeline's schema, and with _ingest_id and _source. Leave it empty behind PreprocessRecord "
                            + "and RouteHybridRecord: without it content is published much faster.")
            .required(false)
            .identifiesControllerService(RecordReaderFactory.class)
            .build();

    static final PropertyDescriptor DELIVERY = new PropertyDescriptor.Builder()
            .name("Delivery")
            .description("What Kafka promises about the records of one trigger.")
            .required(true)
            .allowableValues(Delivery.class)
            .defaultValue(Delivery.TRANSACTIONAL)
            .build();

    static final PropertyDescriptor TRANSACTIONAL_ID_PREFIX = new PropertyDescriptor.Builder()
            .name("Transactional Id Prefix")
            .description(
                    "Begins the transactional id of every producer, followed by the node and the number of the task. The id of "
                            + "this processor where nothing is set. Two flows that publish at the same time need different prefixes.")
            .required(false)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(DELIVERY, Delivery.TRANSACTIONAL)
            .build();

    static final PropertyDescriptor PARTITIONING = new PropertyDescriptor.Builder()
            .name("Partitioning")
            .description("How the key and the partition of a message are chosen.")
            .required(true)
            .allowableValues(Partitioning.class)
            .defaultValue(Partitioning.IDENTITY)
            .build();

    static final PropertyDescriptor PARTITION_RECORD_PATH = new PropertyDescriptor.Builder()
            .name("Partition Record Path")
            .description(
                    "Path of the field whose value becomes the key, such as /account or /customer/id. Names of record fields "
                            + "only. A record where it is null has no key.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(PARTITIONING, Partitioning.RECORD_PATH, Partitioning.SPREAD)
            .build();

    static final PropertyDescriptor SPREAD_PARTITIONS = new PropertyDescriptor.Builder()
            .name("Spread Partitions")
            .description("Number of neighbouring partitions that the records of one key are spread over.")
            .required(true)
            .defaultValue("4")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
            .dependsOn(PARTITIONING, Partitioning.SPREAD)
            .build();

    static final PropertyDescriptor ATTRIBUTE_HEADER_PATTERN = new PropertyDescriptor.Builder()
            .name("Attribute Header Pattern")
            .description(
                    "Regular expression. Each FlowFile attribute whose whole name matches becomes a header of the FlowFile's "
                            + "messages, in UTF-8. Headers travel with every single record: name few.")
            .required(false)
            .addValidator(StandardValidators.REGULAR_EXPRESSION_VALIDATOR)
            .build();

    static final PropertyDescriptor COMPRESSION = new PropertyDescriptor.Builder()
            .name("Compression")
            .description("Compression of the batches that the producer sends.")
            .required(true)
            .allowableValues(Compression.class)
            .defaultValue(Compression.LZ4)
            .build();

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("Kafka acknowledged every record of the FlowFile but those that went to rejected")
            .build();

    static final Relationship OVERFLOW = new Relationship.Builder()
            .name("overflow")
            .description(
                    "FlowFiles that were not published because the job cannot keep up, where the pipeline says 'when-lagging: "
                            + "divert': connect it to the landing files of the batch lane")
            .build();

    static final Relationship REJECTED = new Relationship.Builder()
            .name("rejected")
            .description(
                    "Records that Kafka will never take, such as ones that are too large, each with its reason, as an Avro "
                            + "container of quarantined records: connect it to the quarantine folder of the landing zone")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "FlowFiles whose content is not the pipeline's prepared records, and those that failed Maximum Attempts times, "
                            + "with the reason in the attribute hybrid.reasons. Faults of the cluster do not come here: they leave the "
                            + "FlowFiles in the queue")
            .build();

    private static final List<PropertyDescriptor> PROPERTIES = Stream.of(
                    List.of(
                            PIPELINE_SERVICE,
                            KAFKA_CLUSTER_SERVICE,
                            RECORD_READER,
                            DELIVERY,
                            TRANSACTIONAL_ID_PREFIX,
                            PARTITIONING,
                            PARTITION_RECORD_PATH,
                            SPREAD_PARTITIONS,
                            ATTRIBUTE_HEADER_PATTERN,
                            COMPRESSION),
                    PublishLimits.ALL,
                    TopicProperties.ALL)
            .flatMap(List::stream)
            .toList();

    private static final Set<Relationship> RELATIONSHIPS = Set.of(SUCCESS, OVERFLOW, REJECTED, FAILURE);

    private static final Duration OBSERVER_PATIENCE = Duration.ofSeconds(10);

    private static final int DIVERTED_PER_TRIGGER = 100;

    private final ProducerFactory producers;
    private final TopicObservers observers;
    private final Clock clock;
    private volatile Publishing publishing;

    public PublishKafkaStream() {
        this(ProducerFactory.KAFKA, TopicObservers.SHARED, Clock.systemUTC());
    }

    PublishKafkaStream(ProducerFactory producers, Function<PublishPlan, TopicObserver> observers, Clock clock) {
        this(producers, (cluster, plan, creation) -> observers.apply(plan), clock);
    }

    private PublishKafkaStream(ProducerFactory producers, TopicObservers observers, Clock clock) {
        this.producers = producers;
        this.observers = observers;
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
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        return TopicProperties.validate(context);
    }

    @OnScheduled
    public void start(ProcessContext context) {
        PublishPlan plan;
        try {
            plan = plan(context);
        } catch (IllegalArgumentException e) {
            throw new ProcessException(e.getMessage(), e);
        }
        // The first answer is waited for here, so that no trigger ever waits for the network to know the topic.
        TopicObserver observer = observe(context, plan, TopicProperties.creation(context));
        observer.first(OBSERVER_PATIENCE);
        TopicGate gate = new TopicGate(plan, observer, TopicProperties.lagLimit(context, plan.pipeline()));
        publishing = new Publishing(
                plan,
                new PublisherPool(plan, producers),
                gate,
                PublishLimits.of(context),
                new Publishing.Status(clock));
    }

    /** NiFi calls this while tasks may still be publishing, and {@link #stop} once they have ended. */
    @OnUnscheduled
    public void endSending() {
        Publishing current = publishing;
        if (current != null && !current.pool().drain(current.limits().stopTimeout())) {
            getLogger()
                    .warn(
                            "Publishing to topic {} did not end within Stop Timeout and was cut off: its FlowFiles stay queued",
                            current.plan().topic());
        }
    }

    @OnStopped
    public void stop() {
        Publishing current = publishing;
        publishing = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) {
        Publishing current = publishing;
        if (current.status().rests()) {
            context.yield();
            return;
        }
        if (!mayPublish(context, session, current)) {
            return;
        }
        Intake intake = new Intake(session, current.limits().batch().begin(clock), this::isScheduled);
        if (!intake.begin()) {
            return;
        }
        Instant started = clock.instant();
        PublishOutcome outcome = publish(current, intake);
        PublishSettlement settlement = new PublishSettlement(session, current.plan(), getLogger(), clock);
        switch (outcome) {
            case Published published -> {
                goOn(current);
                long millis = Duration.between(started, clock.instant()).toMillis();
                long records = settlement.settle(intake.flowFiles(), published, millis);
                current.gate().published(records, published.oldest()).forEach(getLogger()::warn);
            }
            case NotPublished notPublished -> {
                session.transfer(intake.flowFiles());
                rest(context, current, notPublished.fault());
            }
            case Unexplained unexplained -> {
                leaveToNifi(unexplained.fault().cause());
                settlement.settle(
                        intake.flowFiles(), unexplained, current.limits().attempts());
                rest(context, current, unexplained.fault());
            }
        }
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ProcessContext context, ComponentLog log, Map<String, String> attributes) {
        return new PublishVerification(producers, OBSERVER_PATIENCE, TopicProperties.creation(context))
                .verify(
                        () -> plan(context),
                        plan -> observe(context, plan, null),
                        plan -> TopicProperties.lagLimit(context, plan.pipeline()),
                        log);
    }

    /** Looks at topic and lag before anything is taken; diverts what is queued where the pipeline says so. */
    private boolean mayPublish(ProcessContext context, ProcessSession session, Publishing current) {
        return switch (current.gate().pass()) {
            case Passage.Faulty(KafkaFault fault) -> {
                pause(context, current, fault);
                yield false;
            }
            case Passage.Open(List<String> news) -> {
                news.forEach(getLogger()::warn);
                yield true;
            }
            case Passage.Lagging(List<String> news) -> {
                news.forEach(getLogger()::warn);
                switch (current.plan().pipeline().stream().whenLagging()) {
                    case HOLD -> context.yield();
                    case DIVERT -> divert(session, current.plan());
                }
                yield false;
            }
        };
    }

    private void divert(ProcessSession session, PublishPlan plan) {
        Map<String, String> attributes = Map.of(
                "hybrid.lane", "batch", "hybrid.pipeline", plan.pipeline().name());
        List<FlowFile> queued = session.get(DIVERTED_PER_TRIGGER);
        for (FlowFile flowFile : queued) {
            FlowFile diverted = session.putAllAttributes(PublishAttempts.forget(session, flowFile), attributes);
            Provenance.route(session, diverted, OVERFLOW, "The job lags");
        }
        session.adjustCounter("FlowFiles diverted", queued.size(), false);
    }

    /** What the session itself reports is for NiFi to settle, such as a FlowFile whose content is gone: it drops that one. */
    private static void leaveToNifi(Throwable cause) {
        switch (cause) {
            case MissingFlowFileException e -> throw e;
            case FlowFileHandlingException e -> throw e;
            case ProcessException e -> throw e;
            default -> {}
        }
    }

    private static PublishOutcome publish(Publishing current, Intake intake) {
        try (PublisherPool.Lease lease = current.pool().lease()) {
            return lease.publisher().publish(intake);
        } catch (KafkaException e) {
            return new NotPublished(current.plan().fault(e));
        }
    }

    private void goOn(Publishing current) {
        if (current.status().ends()) {
            getLogger().info("Publishing to topic {} goes on", current.plan().topic());
        }
    }

    /** All tasks wait before the next attempt, longer each time; one that was stopped has nothing to wait for. */
    private void rest(ProcessContext context, Publishing current, KafkaFault fault) {
        if (fault.stopped()) {
            getLogger().debug("{}", fault.message());
            return;
        }
        current.status().rest();
        pause(context, current, fault);
    }

    /** Waits before the next attempt. An outage is one bulletin; what follows is for the debug log. */
    private void pause(ProcessContext context, Publishing current, KafkaFault fault) {
        context.yield();
        if (current.status().begins(fault)) {
            getLogger().error("{}. FlowFiles stay queued until then", fault.message(), fault.cause());
        } else {
            getLogger().debug("{}", fault.message(), fault.cause());
        }
    }

    private TopicObserver observe(ProcessContext context, PublishPlan plan, NewTopicSettings creation) {
        KafkaClusterService cluster =
                context.getProperty(KAFKA_CLUSTER_SERVICE).asControllerService(KafkaClusterService.class);
        return observers.open(cluster, plan, creation);
    }

    private PublishPlan plan(ProcessContext context) {
        return PublishPlans.of(context, getIdentifier(), getNodeTypeProvider(), getLogger());
    }
}
