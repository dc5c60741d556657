package io.hybridingest.launch;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Runs one batch application at a time to its end, for data intervals or for FlowFiles. Each step looks once, does at most
 * what is due, and never waits. The assignment is recorded before it is launched and forgotten after it is settled, so that
 * whoever comes back after a crash finds the run, or finds that there was none. Thread-safe.
 */
public final class BatchSupervisor {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final String MARK = "interval.mark";
    private static final String START = "interval.start";
    private static final String END = "interval.end";
    private static final String FLOW_FILE = "flowfile";
    private static final String ATTEMPT = "attempt";

    /** Makes the plan of a run. */
    public interface Planner {
        /** The plan. @param interval null for a run that a FlowFile asked for */
        LaunchPlan plan(DataInterval interval);
    }

    /**
     * How to supervise.
     *
     * @param interval length of a data interval
     * @param missed what becomes of intervals that completed while no run was possible
     * @param runTimeout after which a run is ended and counts as failed, null for never
     * @param retries after a failed attempt
     * @param retryDelay between two attempts, and between giving an interval up and taking it up again
     */
    public record Settings(
            Duration interval, MissedIntervals missed, Duration runTimeout, int retries, Duration retryDelay) {}

    /** What the current attempts are for: exactly one of the two. */
    private record Assignment(DataInterval interval, String flowFile) {}

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final Settings settings;
    private final Clock clock;
    private final List<Ending> strays = new ArrayList<>();
    private boolean loaded;
    private Instant mark;
    private Assignment assignment;
    private SparkRun run;
    private Ending timeout;
    private int attempts;
    private Instant nextAttempt = Instant.MIN;
    private BatchReport unsettled;

    public BatchSupervisor(DriverLauncher launcher, LaunchLedger ledger, Settings settings, Clock clock) {
        this.launcher = launcher;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
    }

    /** Identifier of the FlowFile that the current run is for; empty where there is no run or it is for an interval. */
    public synchronized Optional<String> assignedFlowFile() throws IOException {
        load();
        return Optional.ofNullable(assignment).map(Assignment::flowFile);
    }

    /** Whether a run, for whatever, is assigned and not settled. */
    public synchronized boolean isAssigned() throws IOException {
        load();
        return assignment != null;
    }

    /**
     * One look, taking up the next complete data interval where nothing is assigned.
     *
     * @throws IOException where the ledger or a run directory cannot be read or written; the next step tries again
     */
    public synchronized BatchStep stepInterval(Planner planner) throws IOException {
        load();
        Instant now = clock.instant();
        if (assignment == null) {
            Optional<DataInterval> next = settings.missed().next(mark(now), now, settings.interval());
            if (next.isEmpty()) {
                return new BatchStep.Idle();
            }
            assignment = new Assignment(next.get(), null);
        }
        return isAbandoned(null) ? abandon() : work(planner, now);
    }

    /**
     * One look, taking up a FlowFile where nothing is assigned.
     *
     * @param flowFile identifier of the assigned FlowFile, or of the next one; null where there is none in the queue
     */
    public synchronized BatchStep stepFlowFile(String flowFile, Planner planner) throws IOException {
        load();
        if (assignment == null) {
            if (flowFile == null) {
                return new BatchStep.Idle();
            }
            assignment = new Assignment(null, flowFile);
        }
        return isAbandoned(flowFile) ? abandon() : work(planner, clock.instant());
    }

    /** Whether the FlowFile of an ended run has expired or was removed, so that nobody waits for an answer any more. */
    private boolean isAbandoned(String flowFile) {
        return assignment.flowFile() != null && flowFile == null && (run == null || !run.isAlive());
    }

    private BatchStep abandon() throws IOException {
        conclude();
        return new BatchStep.Idle();
    }

    /** Records that a report was told. A success moves the mark; a failed interval stays open for the next schedule. */
    public synchronized void settle(BatchReport report) throws IOException {
        if (unsettled != report) {
            return;
        }
        if (report.flowFile() == null && !report.succeeded()) {
            ledger.note(Map.of(LaunchLedger.LAUNCH_ID, "", LaunchLedger.RUN_DIRECTORY, "", ATTEMPT, ""));
            run = null;
            attempts = 0;
            nextAttempt = clock.instant().plus(settings.retryDelay());
            unsettled = null;
        } else {
            conclude();
        }
    }

    /**
     * Ends whatever of this processor's runs, and waits for it: at most 45 seconds.
     *
     * @return whether nothing is left
     */
    public synchronized boolean end() throws IOException {
        List<Ending> endings = new ArrayList<>();
        for (SparkRun living : launcher.archive().living(launcher.processorId())) {
            endings.add(Ending.ask(living, GRACE, clock.instant()));
        }
        boolean ended = true;
        for (Ending asked : endings) {
            ended &= asked.await(GRACE);
        }
        loaded = false;
        return ended;
    }

    /** Forgets what it knows, so that the next step reads the ledger anew. */
    public synchronized void forget() {
        loaded = false;
    }

    private void load() throws IOException {
        if (loaded) {
            return;
        }
        Map<String, String> entries = ledger.entries();
        mark = instant(entries, MARK);
        attempts = Integer.parseInt(entries.getOrDefault(ATTEMPT, "0"));
        assignment = null;
        if (entries.containsKey(FLOW_FILE)) {
            assignment = new Assignment(null, entries.get(FLOW_FILE));
        } else if (entries.containsKey(START)) {
            assignment = new Assignment(new DataInterval(instant(entries, START), instant(entries, END)), null);
        }
        Optional<RunDirectory> current = ledger.current(entries);
        run = current.isPresent() ? SparkRun.find(current.get()).orElse(null) : null;
        unsettled = null;
        timeout = null;
        nextAttempt = Instant.MIN;
        strays.clear();
        for (SparkRun living : launcher.archive().living(launcher.processorId())) {
            if (run == null || !living.request().launchId().equals(run.request().launchId())) {
                strays.add(Ending.ask(living, Duration.ZERO, clock.instant()));
            }
        }
        loaded = true;
    }

    /** The first run, ever, is for the newest interval that is complete at the first schedule. */
    private Instant mark(Instant now) throws IOException {
        if (mark == null) {
            Instant first = DataInterval.boundary(now, settings.interval()).minus(settings.interval());
            ledger.note(Map.of(MARK, first.toString()));
            mark = first;
        }
        return mark;
    }

    private BatchStep work(Planner planner, Instant now) throws IOException {
        strays.removeIf(stray -> stray.advance(now));
        if (unsettled != null) {
            return new BatchStep.Finished(unsettled);
        }
        if (run == null) {
            return now.isBefore(nextAttempt) || !strays.isEmpty() ? new BatchStep.Idle() : launch(planner, now);
        }
        if (timeout != null && !timeout.advance(now)) {
            return new BatchStep.Working(run.facts());
        }
        return switch (run.observe()) {
            case SparkRun.Observation.Alive alive -> {
                if (settings.runTimeout() != null
                        && !now.isBefore(run.request().launchedAt().plus(settings.runTimeout()))) {
                    timeout = Ending.ask(run, GRACE, now);
                }
                yield new BatchStep.Working(run.facts(alive.status(), OptionalInt.empty()));
            }
            case SparkRun.Observation.NeverStarted neverStarted -> {
                attempts = Math.max(0, attempts - 1);
                run = null;
                yield launch(planner, now);
            }
            case SparkRun.Observation.Ended ended ->
                ended(run.facts(ended.status(), ended.exitCode()), judged(ended.outcome()), run, now);
        };
    }

    private RunOutcome judged(RunOutcome outcome) throws IOException {
        if (outcome instanceof RunOutcome.Succeeded) {
            return outcome;
        }
        if (timeout != null) {
            return new RunOutcome.Failed(
                    "run-timeout",
                    "The run took longer than Run Timeout allows and was ended.",
                    run.directory().logTail());
        }
        return outcome;
    }

    private BatchStep launch(Planner planner, Instant now) throws IOException {
        LaunchPlan plan = planner.plan(assignment.interval());
        DataInterval skipped = skipped();
        LaunchLedger.Opened opened = ledger.open(now, launcher, notes(attempts + 1));
        attempts++;
        timeout = null;
        try {
            run = launcher.launch(plan, opened, now);
        } catch (IOException failure) {
            RunFacts facts = new RunFacts(
                    opened.launchId(), launcher.directoryOf(opened.launchId()), plan.interval(), null, null);
            return ended(facts, RunOutcome.Failed.toStart(failure), null, now);
        }
        launcher.archive().prune(launcher.processorId());
        return new BatchStep.Launched(run.facts(), skipped);
    }

    private DataInterval skipped() {
        DataInterval interval = assignment.interval();
        boolean gap = interval != null && mark != null && attempts == 0 && mark.isBefore(interval.start());
        return gap ? new DataInterval(mark, interval.start()) : null;
    }

    private Map<String, String> notes(int attempt) {
        Map<String, String> notes = new HashMap<>();
        notes.put(ATTEMPT, Integer.toString(attempt));
        if (assignment.flowFile() != null) {
            notes.put(FLOW_FILE, assignment.flowFile());
        } else {
            notes.put(START, assignment.interval().start().toString());
            notes.put(END, assignment.interval().end().toString());
        }
        return notes;
    }

    private BatchStep ended(RunFacts facts, RunOutcome outcome, SparkRun ended, Instant now) throws IOException {
        timeout = null;
        if (outcome instanceof RunOutcome.Succeeded || attempts > settings.retries()) {
            unsettled = report(facts, outcome, ended, now);
            return new BatchStep.Finished(unsettled);
        }
        run = null;
        nextAttempt = now.plus(settings.retryDelay());
        return new BatchStep.Retrying(facts, outcome, attempts, nextAttempt);
    }

    private BatchReport report(RunFacts facts, RunOutcome outcome, SparkRun ended, Instant now) throws IOException {
        Instant endedAt = facts.status() == null || facts.status().endedAt() == null
                ? now
                : facts.status().endedAt();
        Instant startedAt = ended == null ? now : ended.request().launchedAt();
        List<String> progress =
                ended == null ? List.of() : ended.directory().progressFrom(0).lines();
        return new BatchReport(facts, outcome, assignment.flowFile(), attempts, startedAt, endedAt, progress);
    }

    private void conclude() throws IOException {
        Map<String, String> notes = new HashMap<>();
        for (String key : List.of(LaunchLedger.LAUNCH_ID, LaunchLedger.RUN_DIRECTORY, FLOW_FILE, START, END, ATTEMPT)) {
            notes.put(key, "");
        }
        Instant done =
                assignment.interval() == null ? mark : assignment.interval().end();
        if (done != null) {
            notes.put(MARK, done.toString());
        }
        ledger.note(notes);
        mark = done;
        assignment = null;
        run = null;
        attempts = 0;
        unsettled = null;
        nextAttempt = Instant.MIN;
    }

    private static Instant instant(Map<String, String> entries, String key) {
        return Objects.isNull(entries.get(key)) ? null : Instant.parse(entries.get(key));
    }
}
