package io.hybridingest.nifi.processors;

import io.hybridingest.launch.ArgumentLine;
import io.hybridingest.launch.BatchReport;
import io.hybridingest.launch.BatchStep;
import io.hybridingest.launch.BatchSupervisor;
import io.hybridingest.launch.DataInterval;
import io.hybridingest.launch.LaunchLedger;
import io.hybridingest.launch.LaunchPlan;
import io.hybridingest.launch.MissedIntervals;
import io.hybridingest.launch.SparkApplication.Lane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.behavior.InputRequirement.Requirement;
import org.apache.nifi.annotation.behavior.PrimaryNodeOnly;
import org.apache.nifi.annotation.behavior.Restricted;
import org.apache.nifi.annotation.behavior.Restriction;
import org.apache.nifi.annotation.behavior.Stateful;
import org.apache.nifi.annotation.behavior.TriggerSerially;
import org.apache.nifi.annotation.behavior.TriggerWhenEmpty;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.configuration.DefaultSchedule;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnRemoved;
import org.apache.nifi.annotation.lifecycle.OnScheduled;
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
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.scheduling.SchedulingStrategy;

/** Runs a Spark application to its end, for each data interval or for each FlowFile, and never the same one twice. */
@Tags({"hybrid-ingest", "spark", "batch", "schedule", "interval", "delta", "backfill"})
@CapabilityDescription(
        "Runs a Spark application to its end: the bundled ingest job, which carries the pipeline's landing files into"
                + " its Delta table, or any other. Without an incoming connection there is one run for each complete data interval;"
                + " with one, each FlowFile asks for a run and waits in its queue until it ended. One run at a time. A run succeeded"
                + " only if its process ended with 0 and the application said so. After a restart of NiFi the run is found again and"
                + " not launched twice. Never blocks a thread. The schedule of this processor says how often it looks, not how"
                + " often it runs: leave it at a few seconds and set Data Interval.")
@InputRequirement(Requirement.INPUT_ALLOWED)
@TriggerSerially
@TriggerWhenEmpty
@PrimaryNodeOnly
@DefaultSchedule(strategy = SchedulingStrategy.TIMER_DRIVEN, period = "5 sec")
@Stateful(
        scopes = Scope.CLUSTER,
        description =
                "Epoch of the newest launch, the end of the last interval that succeeded, and the interval or FlowFile that"
                        + " is being worked on with its run directory, so that a run is found again and never repeated.")
@Restricted(
        restrictions =
                @Restriction(
                        requiredPermission = RequiredPermission.EXECUTE_CODE,
                        explanation = "Runs a Spark application as NiFi's user."))
@WritesAttributes({
    @WritesAttribute(attribute = "spark.launch.id", description = "Name of the last attempt's launch"),
    @WritesAttribute(attribute = "spark.run.directory", description = "Directory of that launch"),
    @WritesAttribute(attribute = "spark.application.id", description = "Spark's application id, where there was one"),
    @WritesAttribute(attribute = "spark.ui.address", description = "Link into the Spark UI, where there was one"),
    @WritesAttribute(attribute = "spark.state", description = "What the application last said about itself"),
    @WritesAttribute(attribute = "spark.exit.code", description = "Exit code of the driver, where it can be known"),
    @WritesAttribute(attribute = "spark.driver.log", description = "File with the driver's whole log"),
    @WritesAttribute(attribute = "spark.interval.start", description = "First instant of the data interval"),
    @WritesAttribute(attribute = "spark.interval.end", description = "First instant after the data interval"),
    @WritesAttribute(attribute = "spark.error", description = "On failure: a short code, and the reason in words"),
    @WritesAttribute(attribute = "hybrid.pipeline", description = "Name of the pipeline, for the ingest job"),
    @WritesAttribute(attribute = "hybrid.lane", description = "batch, for the ingest job"),
    @WritesAttribute(
            attribute = "mime.type",
            description = "For interval runs: application/json on success, text/plain on failure")
})
@SeeAlso(RunSparkStream.class)
public final class RunSparkBatch extends AbstractProcessor {
    static final PropertyDescriptor APPLICATION_ARGUMENTS = SparkProcessorProperties.applicationArguments(
            "They may use the FlowFile's attributes, or ${spark.interval.start} and ${spark.interval.end}.",
            ExpressionLanguageScope.FLOWFILE_ATTRIBUTES);

    static final PropertyDescriptor DATA_INTERVAL = new PropertyDescriptor.Builder()
            .name("Data Interval")
            .description(
                    "Length of a data interval. Intervals begin at whole multiples of it since 1970-01-01T00:00Z. Where it is"
                            + " empty: the pipeline's batch schedule-interval; for another application, 1 hour. Without effect with"
                            + " an incoming connection.")
            .required(false)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor MISSED_INTERVALS = new PropertyDescriptor.Builder()
            .name("Missed Intervals")
            .description(
                    "What becomes of intervals that completed while no run was possible. An interval whose run failed stays"
                            + " open, whatever is chosen here, and is run again before any other.")
            .required(true)
            .allowableValues(MissedIntervals.class)
            .defaultValue(MissedIntervals.MERGED)
            .build();

    static final PropertyDescriptor RUN_TIMEOUT = new PropertyDescriptor.Builder()
            .name("Run Timeout")
            .description("How long a run may take before it is ended and counts as failed. Empty: as long as it likes.")
            .required(false)
            .addValidator(StandardValidators.TIME_PERIOD_VALIDATOR)
            .build();

    static final PropertyDescriptor RETRIES =
            SparkProcessorProperties.count("Retries", "2", "Further attempts after a failed one.");

    static final PropertyDescriptor RETRY_DELAY = SparkProcessorProperties.period(
            "Retry Delay", "30 sec", "Pause between two attempts, and before a failed interval is taken up again.");

    static final Relationship SUCCESS = new Relationship.Builder()
            .name("success")
            .description("The FlowFile whose run succeeded; for an interval, a JSON summary of the run.")
            .build();

    static final Relationship FAILURE = new Relationship.Builder()
            .name("failure")
            .description(
                    "The FlowFile whose run failed, after all retries; for an interval, the end of the driver's log. The"
                            + " interval stays open and is run again.")
            .build();

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(
            SparkProcessorProperties.SPARK_SUBMIT_SERVICE,
            SparkProcessorProperties.APPLICATION,
            SparkProcessorProperties.PIPELINE_SERVICE,
            SparkProcessorProperties.KAFKA_CLUSTER_SERVICE,
            SparkProcessorProperties.APPLICATION_FILE,
            SparkProcessorProperties.MAIN_CLASS,
            APPLICATION_ARGUMENTS,
            DATA_INTERVAL,
            MISSED_INTERVALS,
            RUN_TIMEOUT,
            RETRIES,
            RETRY_DELAY);

    private final Clock clock;

    private volatile Supervision supervision;

    /** What one scheduling of the processor works with. */
    private record Supervision(BatchSupervisor supervisor, SparkPlans plans) {}

    public RunSparkBatch() {
        this(Clock.systemUTC());
    }

    RunSparkBatch(Clock clock) {
        this.clock = clock;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    public Set<Relationship> getRelationships() {
        return Set.of(SUCCESS, FAILURE);
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        return SparkProcessorProperties.validateApplication(context);
    }

    @OnScheduled
    public void schedule(ProcessContext context) throws IOException {
        SparkPlans plans = SparkPlans.read(context, Lane.BATCH);
        BatchSupervisor.Settings settings = new BatchSupervisor.Settings(
                interval(context, plans),
                context.getProperty(MISSED_INTERVALS).asAllowableValue(MissedIntervals.class),
                context.getProperty(RUN_TIMEOUT).isSet()
                        ? context.getProperty(RUN_TIMEOUT).asDuration()
                        : null,
                context.getProperty(RETRIES).asInteger(),
                context.getProperty(RETRY_DELAY).asDuration());
        supervision = new Supervision(
                new BatchSupervisor(
                        SparkPlans.launcher(context, getIdentifier()),
                        new LaunchLedger(new ClusterState(context.getStateManager())),
                        settings,
                        clock),
                plans);
    }

    private static Duration interval(ProcessContext context, SparkPlans plans) {
        return context.getProperty(DATA_INTERVAL).isSet()
                ? context.getProperty(DATA_INTERVAL).asDuration()
                : plans.pipeline()
                        .map(definition -> definition.batch().scheduleInterval())
                        .orElse(Duration.ofHours(1));
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) throws ProcessException {
        Supervision current = supervision;
        try {
            boolean perFlowFile = context.hasIncomingConnection();
            FlowFile asking = perFlowFile ? asking(current.supervisor(), session) : null;
            BatchSupervisor.Planner planner = interval -> plan(context, current.plans(), interval, asking);
            BatchStep step = perFlowFile
                    ? current.supervisor().stepFlowFile(asking == null ? null : uuid(asking), planner)
                    : current.supervisor().stepInterval(planner);
            if (step instanceof BatchStep.Finished finished) {
                tell(finished.report(), asking, current.plans(), session);
                session.commitAsync(() -> settle(finished.report(), current.supervisor()));
            } else {
                log(step);
                // The FlowFile waits in its queue, where a restart finds it.
                session.rollback();
                context.yield();
            }
        } catch (IOException unreadable) {
            getLogger().error("The run could not be looked after; the next trigger tries again", unreadable);
            session.rollback();
            context.yield();
        }
    }

    /** Ends the run: nobody would look after it any more. */
    @OnRemoved
    public void remove() {
        Supervision current = supervision;
        if (current != null) {
            end(current.supervisor());
        }
    }

    /** Ends the run where another node takes over, and looks anew where this one does. */
    @OnPrimaryNodeStateChange
    public void primaryNodeChanged(PrimaryNodeState state) {
        Supervision current = supervision;
        if (current != null && state == PrimaryNodeState.PRIMARY_NODE_REVOKED) {
            end(current.supervisor());
        } else if (current != null) {
            current.supervisor().forget();
        }
    }

    private void end(BatchSupervisor supervisor) {
        try {
            if (!supervisor.end()) {
                getLogger().error("The run did not end, not even by force. End its process by hand.");
            }
        } catch (IOException unreadable) {
            getLogger().error("The run could not be asked to end", unreadable);
        }
    }

    /** The FlowFile that the current run is for, or the next one where there is no run; null where it is gone. */
    private static FlowFile asking(BatchSupervisor supervisor, ProcessSession session) throws IOException {
        if (!supervisor.isAssigned()) {
            return session.get();
        }
        Optional<String> assigned = supervisor.assignedFlowFile();
        if (assigned.isEmpty()) {
            return null;
        }
        return session
                .get(flowFile -> assigned.get().equals(uuid(flowFile))
                        ? FlowFileFilterResult.ACCEPT_AND_TERMINATE
                        : FlowFileFilterResult.REJECT_AND_CONTINUE)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static LaunchPlan plan(ProcessContext context, SparkPlans plans, DataInterval interval, FlowFile asking) {
        Map<String, String> variables = interval == null
                ? Map.of()
                : Map.of(
                        SparkAttributes.INTERVAL_START, interval.start().toString(),
                        SparkAttributes.INTERVAL_END, interval.end().toString());
        String arguments = context.getProperty(APPLICATION_ARGUMENTS)
                .evaluateAttributeExpressions(asking, variables)
                .getValue();
        return plans.plan(interval, ArgumentLine.split(arguments));
    }

    private static String uuid(FlowFile flowFile) {
        return flowFile.getAttribute(CoreAttributes.UUID.key());
    }

    private void settle(BatchReport report, BatchSupervisor supervisor) {
        try {
            supervisor.settle(report);
        } catch (IOException unwritable) {
            getLogger().warn("The end of {} may be told again", report.facts().launchId(), unwritable);
        }
    }

    private void log(BatchStep step) {
        switch (step) {
            case BatchStep.Launched launched -> {
                getLogger().info("Launched {}", launched.facts().launchId());
                if (launched.skipped() != null) {
                    getLogger()
                            .warn(
                                    "No run will answer for {}: it was missed, and Missed Intervals is set to skip",
                                    launched.skipped());
                }
            }
            case BatchStep.Retrying retrying ->
                getLogger()
                        .warn(
                                "Attempt {}, {}, failed. {} The next attempt is at {}",
                                retrying.attempt(),
                                retrying.facts().launchId(),
                                retrying.outcome().reason(),
                                retrying.nextAttempt());
            case BatchStep.Idle idle -> getLogger().trace("Nothing to run");
            case BatchStep.Working working ->
                getLogger().trace("{} runs", working.facts().launchId());
            case BatchStep.Finished finished ->
                getLogger().trace("{} ended", finished.report().facts().launchId());
        }
    }

    private void tell(BatchReport report, FlowFile asking, SparkPlans plans, ProcessSession session) {
        Map<String, String> attributes = new HashMap<>(
                report.succeeded()
                        ? SparkAttributes.of(report.facts(), plans)
                        : SparkAttributes.of(report.facts(), report.outcome(), plans));
        if (!report.succeeded()) {
            getLogger()
                    .error(
                            "{} failed after {} attempts. {}",
                            report.facts().launchId(),
                            report.attempts(),
                            report.outcome().reason());
        }
        if (report.flowFile() != null && asking == null) {
            getLogger()
                    .warn(
                            "{} ended, but the FlowFile that asked for it is gone",
                            report.facts().launchId());
            return;
        }
        FlowFile flowFile = asking;
        if (report.flowFile() == null) {
            String content =
                    report.succeeded() ? report.toJson() : report.outcome().logTail();
            attributes.put(CoreAttributes.MIME_TYPE.key(), report.succeeded() ? "application/json" : "text/plain");
            flowFile = session.write(session.create(), out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
            session.getProvenanceReporter().create(flowFile);
        }
        flowFile = session.putAllAttributes(flowFile, attributes);
        session.transfer(flowFile, report.succeeded() ? SUCCESS : FAILURE);
    }
}
