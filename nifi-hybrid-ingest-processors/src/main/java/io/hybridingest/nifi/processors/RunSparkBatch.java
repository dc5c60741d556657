package io.hybridingest.nifi.processors;

import io.hybridingest.launch.ArgumentLine;
import io.hybridingest.launch.Backoff;
import io.hybridingest.launch.BatchReport;
import io.hybridingest.launch.BatchStep;
import io.hybridingest.launch.BatchSupervisor;
import io.hybridingest.launch.DataInterval;
import io.hybridingest.launch.LaunchLedger;
import io.hybridingest.launch.LaunchPlan;
import io.hybridingest.launch.Overlap;
import io.hybridingest.launch.SparkApplication.Lane;
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
                + " with one, each FlowFile asks for a run and waits in its queue until it ended. A run succeeded"
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

    static final PropertyDescriptor CONCURRENT_RUNS = new PropertyDescriptor.Builder()
            .name("Concurrent Runs")
            .description(
                    "How many FlowFiles have a run at once. More than one only for an application of your own, which must bear it:"
                            + " the ingest job is one writer. Intervals always run one after the other.")
            .required(true)
            .defaultValue("1")
            .addValidator(StandardValidators.POSITIVE_INTEGER_VALIDATOR)
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
            "Retry Delay",
            "30 sec",
            "Pause before the second attempt, and before a failed interval is taken up again. Doubles with each further failure,"
                    + " up to half an hour.");

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
            IntervalProperties.DATA_INTERVAL,
            IntervalProperties.TIME_ZONE,
            IntervalProperties.FIRST_INTERVAL_START,
            IntervalProperties.MISSED_INTERVALS,
            IntervalProperties.MAXIMUM_MISSED_INTERVALS,
            IntervalProperties.OVERLAP,
            CONCURRENT_RUNS,
            RUN_TIMEOUT,
            RETRIES,
            RETRY_DELAY);

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(30);

    private final Clock clock;
    private final DoubleSupplier random;

    private volatile Supervision supervision;

    /** What one scheduling of the processor works with. */
    private record Supervision(BatchSupervisor supervisor, SparkPlans plans, Overlap overlap) {}

    public RunSparkBatch() {
        this(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble());
    }

    RunSparkBatch(Clock clock, DoubleSupplier random) {
        this.clock = clock;
        this.random = random;
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
        List<ValidationResult> results = new ArrayList<>(SparkProcessorProperties.validateApplication(context));
        boolean ingest = ApplicationChoice.INGEST_JOB
                .getValue()
                .equals(context.getProperty(SparkProcessorProperties.APPLICATION)
                        .getValue());
        if (ingest && !"1".equals(context.getProperty(CONCURRENT_RUNS).getValue())) {
            results.add(SparkProcessorProperties.invalid(
                    CONCURRENT_RUNS,
                    "the ingest job of a pipeline is its batch lane's one writer. Set it to 1, or choose another"
                            + " application."));
        }
        return results;
    }

    @OnScheduled
    public void schedule(ProcessContext context) throws IOException {
        SparkPlans plans = SparkPlans.read(context, Lane.BATCH);
        BatchSupervisor.Settings settings = new BatchSupervisor.Settings(
                IntervalProperties.schedule(context, plans.pipeline()),
                context.getProperty(CONCURRENT_RUNS).asInteger(),
                context.getProperty(RUN_TIMEOUT).isSet()
                        ? context.getProperty(RUN_TIMEOUT).asDuration()
                        : null,
                context.getProperty(RETRIES).asInteger(),
                new Backoff(context.getProperty(RETRY_DELAY).asDuration(), LONGEST_DELAY, random));
        BatchSupervisor supervisor = new BatchSupervisor(
                SparkPlans.launcher(context, getIdentifier()),
                new LaunchLedger(new ClusterState(
                        context.getStateManager(), getNodeTypeProvider().isConfiguredForClustering())),
                settings,
                clock);
        supervisor.endSuperseded().forEach(launch -> getLogger()
                .warn("Ended {}, which a launch elsewhere has superseded", launch));
        supervision = new Supervision(supervisor, plans, settings.schedule().overlap());
    }

    @Override
    public void onTrigger(ProcessContext context, ProcessSession session) throws ProcessException {
        Supervision current = supervision;
        try {
            if (context.hasIncomingConnection()) {
                FlowFileRuns runs = FlowFileRuns.take(current.supervisor(), current.overlap(), session);
                finish(
                        runs.step(
                                (interval, flowFile) -> plan(context, current.plans(), interval, runs.named(flowFile))),
                        runs,
                        current,
                        context,
                        session);
            } else {
                BatchStep step = current.supervisor()
                        .stepInterval((interval, flowFile) -> plan(context, current.plans(), interval, null));
                finish(List.of(step), FlowFileRuns.none(current.supervisor()), current, context, session);
            }
        } catch (IOException unreadable) {
            getLogger().error("The run could not be looked after; the next trigger tries again", unreadable);
            session.rollback();
            context.yield();
        }
    }

    /** Tells of the runs that ended. The other FlowFiles wait in their queue, where a restart finds them. */
    private void finish(
            List<BatchStep> steps,
            FlowFileRuns runs,
            Supervision current,
            ProcessContext context,
            ProcessSession session) {
        steps.forEach(this::log);
        List<BatchReport> reports = steps.stream()
                .filter(BatchStep.Finished.class::isInstance)
                .map(step -> ((BatchStep.Finished) step).report())
                .toList();
        if (reports.isEmpty() && runs.passedOver().isEmpty()) {
            session.rollback();
            context.yield();
            return;
        }
        for (BatchReport report : reports) {
            tell(report, runs.named(report.flowFile()), current.plans(), session);
        }
        runs.passedOver().forEach(flowFile -> passOver(flowFile, session));
        runs.waiting(reports).forEach(session::transfer);
        session.commitAsync(() -> reports.forEach(report -> settle(report, current.supervisor())));
    }

    private void passOver(FlowFile flowFile, ProcessSession session) {
        getLogger().warn("{} is not run: a newer FlowFile took its place, and Overlap is set to replace", flowFile);
        FlowFile told = session.putAttribute(
                flowFile,
                SparkAttributes.ERROR,
                "replaced: a newer FlowFile arrived before this one was run, and Overlap is set to replace.");
        session.transfer(told, FAILURE);
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
            case BatchStep.Replaced replaced ->
                getLogger()
                        .warn(
                                "{} was ended because a newer interval is complete; the next run answers for {}",
                                replaced.facts().launchId(),
                                replaced.next());
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
