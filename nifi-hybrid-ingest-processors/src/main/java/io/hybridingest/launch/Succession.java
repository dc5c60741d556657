package io.hybridingest.launch;

import io.hybridingest.pipeline.DefinitionChange;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a plan may follow what a stream was launched with last, judged before anything is ended or launched for it. Only of
 * the ingest job it can be known; another application keeps its sources and its checkpoint to itself. Not thread-safe.
 */
final class Succession {
    static final String ACCEPT_LOSS = "spark.hybridingest.accept-data-loss";

    /** As long as NiFi shows a bulletin. */
    private static final Duration REPEATED = Duration.ofMinutes(5);

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final String accepted;
    private LaunchPlan judged;
    private String objection;
    private Instant saidAt;
    private boolean saidOfRunning;

    /** @param accepted fingerprint of a definition that somebody has looked at and wants all the same, null for none */
    Succession(DriverLauncher launcher, LaunchLedger ledger, String accepted) {
        this.launcher = launcher;
        this.ledger = ledger;
        this.accepted = accepted;
    }

    /** Whether the plan may be launched. Cheap where it is asked again about the same one. */
    boolean allows(LaunchPlan plan) throws IOException {
        if (!plan.equals(judged)) {
            objection = judge(plan);
            judged = plan;
            saidAt = null;
        }
        return objection == null;
    }

    /** What a ledger has to remember of a launch. */
    Map<String, String> notes(LaunchPlan plan) throws IOException {
        Optional<LaunchedDefinition> launched = launched(plan);
        return launched.isPresent() ? launched.get().entries() : LaunchedDefinition.NONE;
    }

    /** What a ledger has to remember of a run that it did not know. */
    Map<String, String> notes(RunDirectory directory) throws IOException {
        Optional<LaunchedDefinition> launched = LaunchedDefinition.in(directory);
        return launched.isPresent() ? launched.get().entries() : LaunchedDefinition.NONE;
    }

    /** Forgets the judgement, because something else was launched, or may have been. */
    void forget() {
        judged = null;
    }

    /**
     * The refusal of the plan that was judged, where it is time to say it: at first, when the driver that went on is gone, and
     * again and again.
     *
     * @param facts of what was launched last
     * @param running whether that goes on
     */
    Optional<StreamEvent> refuse(RunFacts facts, boolean running, Instant now) {
        boolean news = saidAt == null || saidOfRunning != running;
        if (!news && now.isBefore(saidAt.plus(REPEATED))) {
            return Optional.empty();
        }
        saidAt = now;
        saidOfRunning = running;
        return Optional.of(new StreamEvent.Refused(facts, objection, running, !news));
    }

    private String judge(LaunchPlan plan) throws IOException {
        Optional<LaunchedDefinition> before = LaunchedDefinition.in(ledger.entries());
        Optional<LaunchedDefinition> next = launched(plan);
        if (before.isEmpty() || next.isEmpty()) {
            return null;
        }
        boolean lossIsAccepted = Boolean.parseBoolean(launcher.conf(plan).getOrDefault(ACCEPT_LOSS, "false"));
        LaunchedDefinition.Objections objections = before.get().against(next.get(), lossIsAccepted);
        boolean waved =
                objections.within().isEmpty() || plan.pipelineFingerprint().equals(accepted);
        if (objections.upon().isEmpty() && waved) {
            return null;
        }
        String changes = Stream.concat(
                        objections.upon().stream(), waved ? Stream.empty() : objections.within().stream())
                .map(DefinitionChange::toString)
                .collect(Collectors.joining(".\n"));
        return waved
                ? changes + "."
                : changes + ".\nTo launch it all the same, set Accepted Definition to " + plan.pipelineFingerprint()
                        + ".";
    }

    private Optional<LaunchedDefinition> launched(LaunchPlan plan) throws IOException {
        if (plan.pipelineJson() == null) {
            return Optional.empty();
        }
        return Optional.of(
                LaunchedDefinition.of(PipelineDefinition.fromJson(plan.pipelineJson()), launcher.conf(plan)));
    }
}
