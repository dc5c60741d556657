package io.hybridingest.nifi.processors;

import io.hybridingest.launch.ArgumentLine;
import io.hybridingest.launch.Backoff;
import io.hybridingest.launch.LaunchLedger;
import io.hybridingest.launch.LaunchPlan;
import io.hybridingest.launch.RunOutcome;
import io.hybridingest.launch.SparkApplication.Lane;
import io.hybridingest.launch.StreamEvent;
import io.hybridingest.launch.StreamSupervisor;
import io.hybridingest.nifi.services.KafkaClusterService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.InputRequirement.Requirement;
import org.apache.nifi.annotation.behavior.PrimaryNodeOnly;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnRemoved;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
import org.apache.nifi.annotation.lifecycle.OnStopped;
import org.apache.nifi.annotation.notification.OnPrimaryNodeStateChange;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.RequiredPermission;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.scheduling.SchedulingStrategy;

/** Keeps one Spark streaming application alive, across its own crashes and NiFi's. */
@Tags({"hybrid-ingest", "spark", "streaming", "structured streaming", "kafka", "delta", "supervise"})
@CapabilityDescription(
        "Keeps one Spark streaming application alive: the bundled ingest job, which carries the pipeline's Kafka"
                + " topic into its Delta table, or any other. Launches it, finds and takes over a living one after a restart of"
                + " NiFi, launches it again with growing pauses after it died, replaces it when the pipeline changed, and lets it"
                + " finish its micro-batch when this processor stops. Reports progress as FlowFiles. Never blocks a thread.")
@InputRequirement(Requirement.INPUT_FORBIDDEN)
@TriggerSerially
@PrimaryNodeOnly
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "1 sec")
@Stateful(
        scopes = Scope.CLUSTER,
        description = "Epoch of the newest launch, its run directory, and how far its progress was reported, so that a"
                + " living driver is found again and none is ever started beside it; its definition and checkpoint, so that one"
                + " that cannot follow is refused.")
@Restricted(
        restrictions =
                @Restriction(
                        requiredPermission = RequiredPermission.EXECUTE_CODE,
                        explanation = "Runs a Spark application as NiFi's user."))
@WritesAttributes({
    @WritesAttribute(attribute = "spark.launch.id", description = "Name of the launch"),
    @WritesAttribute(attribute = "spark.run.directory", description = "Directory of the launch"),
    @WritesAttribute(attribute = "spark.application.id", description = "Spark's application id, once there is one"),
    @WritesAttribute(attribute = "spark.ui.address", description = "Link into the Spark UI, where there is one"),
    @WritesAttribute(attribute = "spark.state", description = "What the application last said about itself"),
    @WritesAttribute(attribute = "spark.exit.code", description = "Exit code of the driver, where it can be known"),
    @WritesAttribute(attribute = "spark.driver.log", description = "File with the driver's whole log"),
    @WritesAttribute(attribute = "spark.error", description = "On failure: a short code, and the reason in words"),
    @WritesAttribute(attribute = "record.count", description = "On progress: number of micro-batches in the FlowFile"),
    @WritesAttribute(attribute = "hybrid.pipeline", description = "Name of the pipeline, for the ingest job"),
    @WritesAttribute(attribute = "hybrid.lane", description = "stream, for the ingest job"),
    @WritesAttribute(attribute = "mime.type", description = "application/json for progress, text/plain for failure")
})
@SeeAlso(RunSparkBatch.class)
public final class RunSparkStream extends AbstractProcessor {
    static final PropertyDescriptor APPLICATION_ARGUMENTS = SparkProcessorProperties.applicationArguments(
            "Changing them replaces the running application.", ExpressionLanguageScope.ENVIRONMENT);

    static final PropertyDescriptor ACCEPTED_DEFINITION = new PropertyDescriptor.Builder()
            .name("Accepted Definition")
            .description(
                    "Fingerprint of a pipeline definition that is launched although it breaks with the one before it: with other"
                            + " identities, another event time, types that do not fit. A refusal says what breaks, and has the"
                            + " fingerprint. Counts for that definition only. Empty: none.")
            .required(false)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(SparkProcessorProperties.APPLICATION, ApplicationChoice.INGEST_JOB)
            .build();

    static final PropertyDescriptor PROGRESS_INTERVAL = SparkProcessorProperties.period(
            "Progress Interval",
            "10 sec",
            "Least time between two progress FlowFiles. Each holds all micro-batches since the last.");

    static final PropertyDescriptor RESTART_DELAY = SparkProcessorProperties.period(
            "Restart Delay",
            "1 sec",
            "Pause before the first restart after a death. Doubles with each further death in the restart window, up to a"
                    + " minute.");

    static final PropertyDescriptor MAXIMUM_RESTARTS = SparkProcessorProperties.count(
            "Maximum Restarts",
            "5",
            "Restarts within the restart window. One death more, and the processor waits until the window has room again.");

    static final PropertyDescriptor RESTART_WINDOW =
            SparkProcessorProperties.period("Restart Window", "10 min", "Time over which deaths are counted.");

    static final PropertyDescriptor STOP_TIMEOUT = SparkProcessorProperties.period(
            "Stop Timeout",
            "60 sec",
            "How long the application may take to finish its micro-batch when it is asked to stop. After that it is"
                    + " terminated, and ten seconds later killed, with everything it started.");

    static final PropertyDescriptor LEAVE_RUNNING = new PropertyDescriptor.Builder()
            .name("Leave Running")
            .description(
                    "Whether the application goes on when this processor stops. It is taken over at the next start. When this"
                            + " processor is removed it ends in any case.")
            .required(true)
            .allowableValues("true", "false")
            .defaultValue("false")
            .build();

    static final PropertyDescriptor STALLED_TRIGGERS = SparkProcessorProperties.count(
            "Stalled Triggers",
            "60",
            "For how many of the pipeline's triggers no micro-batch may end while more and more records wait in Kafka. Then Stall"
                    + " Action is taken. 0: never. For the ingest job only: nobody but Kafka knows what waits for another"
                    + " application.");

    static final PropertyDescriptor STALL_ACTION = new PropertyDescriptor.Builder()
            .name("Stall Action")
            .description("What becomes of an application that lives and does not get on.")
            .required(true)
            .allowableValues(StallAction.class)
            .defaultValue(StallAction.WARN)
            .build();

    static final Relationship PROGRESS = new Relationship.Builder()
            .name("progress")
            .description(
                    "JSON array of the micro-batches since the last such FlowFile: rows, lag, watermark, durations.")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "One FlowFile for each unexpected end of the application: the reason as attribute, the end of the driver's"
                            + " log as content. The processor restarts the application by itself. And one for each definition that"
                            + " is not launched because its checkpoint or its table could not take it: what changed, and the"
                            + " ways out, as content.")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(
            SparkProcessorProperties.SPARK_SUBMIT_SERVICE,
            SparkProcessorProperties.APPLICATION,
            SparkProcessorProperties.PIPELINE_SERVICE,
            SparkProcessorProperties.KAFKA_CLUSTER_SERVICE,
            SparkProcessorProperties.APPLICATION_FILE,
            SparkProcessorProperties.MAIN_CLASS,
            APPLICATION_ARGUMENTS,
            ACCEPTED_DEFINITION,
            PROGRESS_INTERVAL,
            RESTART_DELAY,
            MAXIMUM_RESTARTS,
            RESTART_WINDOW,
            STOP_TIMEOUT,
            LEAVE_RUNNING,
            STALLED_TRIGGERS,
            STALL_ACTION);

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private final Clock clock;
    private final DoubleSupplier random;

    private volatile Supervision supervision;
    private volatile JobLagView lag;

    /** What one scheduling of the processor works with. */
    private record Supervision(StreamSupervisor supervisor, SparkPlans plans, LaunchPlan plan, boolean leaveRunning) {}

    public RunSparkStream() {
        this(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble());
    }

    RunSparkStream(Clock clock, DoubleSupplier random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return Set.of(PROGRESS, FAILURE);
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        List<ValidationResult> results = new ArrayList<>(SparkProcessorProperties.validateApplication(context));
        boolean ingest = ApplicationChoice.INGEST_JOB
                .getValue()
                .equals(context.getProperty(SparkProcessorProperties.APPLICATION)
                        .getValue());
        if (ingest
                && !context.getProperty(SparkProcessorProperties.KAFKA_CLUSTER_SERVICE)
                        .isSet()) {
            results.add(SparkProcessorProperties.invalid(
                    SparkProcessorProperties.KAFKA_CLUSTER_SERVICE,
                    "the ingest job reads its stream from Kafka. Choose the cluster's service."));
        }
        return results;
    }

    @OnScheduled
    public void schedule(ProcessContext context) throws IOException {
        closeLag();
        SparkPlans plans = SparkPlans.read(context, Lane.STREAM);
        LaunchPlan plan = plans.plan(
                null,
                ArgumentLine.split(context.getProperty(APPLICATION_ARGUMENTS)
                        .evaluateAttributeExpressions()
                        .getValue()));
        StreamSupervisor.Settings settings = new StreamSupervisor.Settings(
                context.getProperty(PROGRESS_INTERVAL).asDuration(),
                new Backoff(context.getProperty(RESTART_DELAY).asDuration(), LONGEST_DELAY, random),
                context.getProperty(MAXIMUM_RESTARTS).asInteger(),
                context.getProperty(RESTART_WINDOW).asDuration(),
                context.getProperty(STOP_TIMEOUT).asDuration(),
                stall(context, plans),
                context.getProperty(ACCEPTED_DEFINITION)
                        .evaluateAttributeExpressions()
                        .getValue());
        StreamSupervisor supervisor = new StreamSupervisor(
                SparkPlans.launcher(context, getIdentifier()),
                new LaunchLedger(new ClusterState(
                        context.getStateManager(), getNodeTypeProvider().isConfiguredForClustering())),
                settings,
                clock);
        supervisor.endSuperseded().forEach(launch -> getLogger()
                .warn("Ended {}, which a launch elsewhere has superseded", launch));
        supervision = new Supervision(
                supervisor, plans, plan, context.getProperty(LEAVE_RUNNING).asBoolean());
    }

    private StreamSupervisor.Stall stall(ProcessContext context, SparkPlans plans) {
        int triggers = context.getProperty(STALLED_TRIGGERS).asInteger();
        if (triggers == 0 || plans.pipeline().isEmpty()) {
            return StreamSupervisor.Stall.UNKNOWN;
        }
        JobLagView view = JobLagView.open(
                context.getProperty(SparkProcessorProperties.KAFKA_CLUSTER_SERVICE)
                        .asControllerService(KafkaClusterService.class),
                plans.pipeline().get());
        lag = view;
        StallAction action = context.getProperty(STALL_ACTION).asAllowableValue(StallAction.class);
        return new StreamSupervisor.Stall(
                plans.pipeline().get().stream().trigger().multipliedBy(triggers), view, action == StallAction.RESTART);
    }

    private void closeLag() {
        JobLagView open = lag;
        lag = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) throws ProcessException {
        Supervision current = supervision;
        try {
            List<StreamEvent> events = current.supervisor().step(current.plan());
            events.forEach(event -> tell(event, current.plans(), session));
            session.commitAsync(() -> settle(events, current.supervisor()));
        } catch (IOException unreadable) {
            getLogger().error("The application could not be looked after; the next trigger tries again", unreadable);
            session.rollback();
            context.yield();
        }
    }

    /** Ends the application, unless it is to be left running. */
    @OnStopped
    public void stop() {
        Supervision current = supervision;
        if (current != null && !current.leaveRunning()) {
            end(current);
        }
        closeLag();
    }

    /** Ends the application: nobody would look after it any more. */
    @OnRemoved
    public void remove() {
        Supervision current = supervision;
        if (current != null) {
            end(current);
        }
    }

    /** Ends the application where another node takes over, and looks anew where this one does. */
    @OnPrimaryNodeStateChange
    public void primaryNodeChanged(PrimaryNodeState state) {
        Supervision current = supervision;
        if (current != null && state == PrimaryNodeState.PRIMARY_NODE_REVOKED) {
            end(current);
        } else if (current != null) {
            current.supervisor().forget();
        }
    }

    private void end(Supervision current) {
        try {
            if (!current.supervisor().end()) {
                getLogger().error("The application did not end, not even by force. End its process by hand.");
            }
        } catch (IOException unreadable) {
            getLogger()
                    .error("The application could not be asked to end; it will be found at the next start", unreadable);
        }
    }

    private void settle(List<StreamEvent> events, StreamSupervisor supervisor) {
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.Progressed progressed) {
                try {
                    supervisor.emitted(progressed);
                } catch (IOException unwritable) {
                    getLogger().warn("Progress will be reported again after a restart of NiFi", unwritable);
                }
            }
        }
    }

    private void tell(StreamEvent event, SparkPlans plans, ProcessSession session) {
        String launch = event.facts().launchId();
        switch (event) {
            case StreamEvent.Launched launched -> getLogger().info("Launched {}", launch);
            case StreamEvent.Adopted adopted -> getLogger().info("Took over {}, which was running", launch);
            case StreamEvent.Replacing replacing ->
                getLogger().info("Ending {} to start another: {}", launch, replacing.why());
            case StreamEvent.Replaced replaced -> getLogger().info("{} ended as asked", launch);
            case StreamEvent.Stalled stalled ->
                getLogger()
                        .warn(
                                "The driver of {} lives but has been silent for {} seconds; after five minutes it is replaced",
                                launch,
                                stalled.silence().toSeconds());
            case StreamEvent.Stuck stuck ->
                getLogger()
                        .warn(
                                "{} lives but does not get on: {}. Look at its Spark UI, {}, or set Stall Action to restart",
                                launch,
                                stuck.why(),
                                stuck.facts().status() == null
                                        ? "whose address is not known"
                                        : stuck.facts().status().uiAddress());
            case StreamEvent.Refused refused -> refuse(refused, plans, session);
            case StreamEvent.Progressed progressed -> progress(progressed, plans, session);
            case StreamEvent.Died died -> failure(died, plans, session);
        }
    }

    private static void progress(StreamEvent.Progressed progressed, SparkPlans plans, ProcessSession session) {
        Map<String, String> attributes = SparkAttributes.of(progressed.facts(), plans);
        attributes.put("record.count", Integer.toString(progressed.lines().size()));
        attributes.put(CoreAttributes.MIME_TYPE.key(), "application/json");
        String content = String.join(",\n", progressed.lines());
        transfer("[" + content + "]\n", attributes, PROGRESS, session);
    }

    private void failure(StreamEvent.Died died, SparkPlans plans, ProcessSession session) {
        String wait = died.limitReached()
                ? "Too many deaths within the restart window; the next launch is not before "
                : "The next launch is at ";
        getLogger()
                .error(
                        "{} ended unexpectedly. {} {}{}",
                        died.facts().launchId(),
                        died.outcome().reason(),
                        wait,
                        died.nextLaunch());
        Map<String, String> attributes = new HashMap<>(SparkAttributes.of(died.facts(), died.outcome(), plans));
        attributes.put(CoreAttributes.MIME_TYPE.key(), "text/plain");
        transfer(died.outcome().logTail(), attributes, FAILURE, session);
    }

    /** Says it again and again, but has one FlowFile only. */
    private void refuse(StreamEvent.Refused refused, SparkPlans plans, ProcessSession session) {
        String state = refused.running()
                ? "The application goes on with the definition before it."
                : "Nothing is launched until that is settled.";
        getLogger()
                .error(
                        "The pipeline definition cannot follow that of {}. {}\n{}",
                        refused.facts().launchId(),
                        state,
                        refused.why());
        if (refused.repeated()) {
            return;
        }
        RunOutcome outcome = new RunOutcome.Failed(
                "incompatible-definition", "The pipeline definition cannot follow the one before it. " + state, "");
        Map<String, String> attributes = new HashMap<>(SparkAttributes.of(refused.facts(), outcome, plans));
        attributes.put(CoreAttributes.MIME_TYPE.key(), "text/plain");
        transfer(refused.why() + "\n", attributes, FAILURE, session);
    }

    private static void transfer(
            String content, Map<String, String> attributes, Relationship relationship, ProcessSession session) {
        FlowFile flowFile = session.create();
        flowFile = session.write(flowFile, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
        flowFile = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().create(flowFile);
        session.transfer(flowFile, relationship);
    }
}
