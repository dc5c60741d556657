package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One run at a time, to its end, for a data interval or for a FlowFile. The assignment is recorded before it is launched and
 * forgotten after it is settled, so that whoever comes back after a crash finds the run, or finds that there was none. Not
 * thread-safe.
 */
final class BatchSlot {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** How long a launch that cannot be seen from here may take to end on the node that made it. */
    private static final Duration HAND_OVER = Duration.ofSeconds(60);

    private static final String MARK = "interval.mark";
    private static final String QUEUED = "interval.queued";
    private static final String START = "interval.start";
    private static final String END = "interval.end";
    private static final String FLOW_FILE = "flowfile";
    private static final String ATTEMPT = "attempt";

    private static final Map<String, String> NO_LAUNCH =
            Map.of(LaunchLedger.LAUNCH_ID, "", LaunchLedger.RUN_DIRECTORY, "", ATTEMPT, "");

    /** What the current attempts are for: exactly one of the two. */
    private record Assignment(DataInterval interval, String flowFile) {}

    /** Why a run that lives is being ended. */
    private enum EndedFor {
        TIMEOUT,
        REPLACEMENT
    }

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final BatchSupervisor.Settings settings;
    private final Endings strays;
    private Instant mark;
    private Instant queuedUntil;
    private Assignment assignment;
    private SparkRun run;
    private Ending ending;
    private EndedFor endedFor;
    private int attempts;
    private int failures;
    private Instant nextAttempt = Instant.MIN;
    private boolean elsewhere;
    private BatchReport unsettled;

    /** @param strays runs and leftovers that must be gone before anything is launched */
    BatchSlot(
            DriverLauncher launcher,
            LaunchLedger ledger,
            BatchSupervisor.Settings settings,
            Endings strays,
            Instant now)
            throws IOException {
        this.launcher = launcher;
        this.ledger = ledger;
        this.settings = settings;
        this.strays = strays;
        load(now);
    }

    private void load(Instant now) throws IOException {
        Map<String, String> entries = ledger.entries();
        mark = instant(entries, MARK);
        queuedUntil = instant(entries, QUEUED);
        attempts = Integer.parseInt(entries.getOrDefault(ATTEMPT, "0"));
        if (entries.containsKey(FLOW_FILE)) {
            assignment = new Assignment(null, entries.get(FLOW_FILE));
        } else if (entries.containsKey(START)) {
            assignment = new Assignment(new DataInterval(instant(entries, START), instant(entries, END)), null);
        }
        Optional<RunDirectory> current = ledger.current(entries);
        run = current.isPresent() ? SparkRun.find(current.get()).orElse(null) : null;
        if (current.isPresent() && run == null) {
            unseen(current.get(), now);
        }
    }

    /** A launch was announced, and nothing is to be seen of it. */
    private void unseen(RunDirectory announced, Instant now) {
        strays.add(Ending.ofUnrecorded(announced, now));
        elsewhere = ledger.mayHaveLaunchedElsewhere();
        if (elsewhere) {
            nextAttempt = now.plus(HAND_OVER);
        } else {
            attempts = Math.max(0, attempts - 1);
        }
    }

    /** Whether the run of a node that lost its role may still be ending. It says so in the ledger when it has. */
    private boolean isHandedOver(Instant now) throws IOException {
        if (elsewhere && ledger.current(ledger.entries()).isEmpty()) {
            attempts = Math.max(0, attempts - 1);
            elsewhere = false;
            nextAttempt = now;
        }
        return !now.isBefore(nextAttempt);
    }

    boolean isAssigned() {
        return assignment != null;
    }

    Optional<String> flowFile() {
        return Optional.ofNullable(assignment).map(Assignment::flowFile);
    }

    BatchStep stepInterval(BatchSupervisor.Planner planner, Instant now) throws IOException {
        if (assignment == null) {
            Optional<DataInterval> next = settings.schedule().next(mark(now), queuedUntil, now);
            if (next.isEmpty()) {
                return new BatchStep.Idle();
            }
            assignment = new Assignment(next.get(), null);
        }
        return isAbandoned(null, now) ? abandon() : work(planner, now);
    }

    /** @param flowFile the assigned FlowFile, or the one to take up; null where there is none */
    BatchStep stepFlowFile(String flowFile, BatchSupervisor.Planner planner, Instant now) throws IOException {
        if (assignment == null) {
            if (flowFile == null) {
                return new BatchStep.Idle();
            }
            assignment = new Assignment(null, flowFile);
        }
        return isAbandoned(flowFile, now) ? abandon() : work(planner, now);
    }

    /** Whether the FlowFile of an ended run has expired or was removed, so that nobody waits for an answer any more. */
    private boolean isAbandoned(String flowFile, Instant now) throws IOException {
        return assignment.flowFile() != null && flowFile == null && (run == null || !run.isAlive(now));
    }

    private BatchStep abandon() throws IOException {
        conclude();
        return new BatchStep.Idle();
    }

    /** Ends the FlowFile's run that is under way, in favour of a newer one. */
    void replace(Instant now) throws IOException {
        boolean reported = unsettled != null;
        if (!reported && flowFile().isPresent() && ending == null && run != null && run.isAlive(now)) {
            end(EndedFor.REPLACEMENT, now);
        }
    }

    /** Records that a report was told, if it is this slot's. */
    void settle(BatchReport report, Instant now) throws IOException {
        if (unsettled != report) {
            return;
        }
        if (report.flowFile() != null || report.succeeded()) {
            conclude();
            return;
        }
        ledger.note(NO_LAUNCH);
        failures += attempts;
        nextAttempt = now.plus(settings.retryDelay().after(failures));
        forgetRun();
        attempts = 0;
    }

    /**
     * Takes note that a run of this processor was ended because the processor gives it up, to another node mostly. It is no
     * failed attempt, unless it was done already.
     */
    static void handOver(LaunchLedger ledger, SparkRun ended, Instant now) throws IOException {
        if (ended.observe(now) instanceof SparkRun.Observation.Ended done
                && done.outcome() instanceof RunOutcome.Succeeded) {
            return;
        }
        int attempts = Integer.parseInt(ledger.entries().getOrDefault(ATTEMPT, "0"));
        Map<String, String> notes = new HashMap<>(NO_LAUNCH);
        notes.put(ATTEMPT, attempts > 1 ? Integer.toString(attempts - 1) : "");
        ledger.noteIfCurrent(ended.request().launchId(), notes);
    }

    /** The first run, ever, is for the newest interval that is complete at the first schedule, or from where it was told to. */
    private Instant mark(Instant now) throws IOException {
        if (mark == null) {
            Instant first = settings.schedule().begin(now);
            ledger.note(Map.of(MARK, first.toString()));
            mark = first;
        }
        return mark;
    }

    private BatchStep work(BatchSupervisor.Planner planner, Instant now) throws IOException {
        if (unsettled != null) {
            return new BatchStep.Finished(unsettled);
        }
        if (run == null) {
            return isHandedOver(now) && strays.advance(now) ? launch(planner, now) : new BatchStep.Idle();
        }
        run.directory().cutLog();
        overlap(now);
        if (ending != null && !ending.advance(now)) {
            return new BatchStep.Working(run.facts());
        }
        return switch (run.observe(now)) {
            case SparkRun.Observation.Alive alive -> {
                limit(now);
                yield new BatchStep.Working(run.facts(alive.status(), OptionalInt.empty()));
            }
            case SparkRun.Observation.NeverStarted neverStarted -> {
                attempts = Math.max(0, attempts - 1);
                run = null;
                yield new BatchStep.Idle();
            }
            case SparkRun.Observation.Ended ended -> {
                strays.add(Ending.ofLeftovers(run, now));
                yield ended(run.facts(ended.status(), ended.exitCode()), ended.outcome(), run, now);
            }
        };
    }

    /** What the intervals that completed since the run began mean for it. */
    private void overlap(Instant now) throws IOException {
        if (assignment.interval() == null) {
            return;
        }
        Instant newest = settings.schedule().newestEnd(now);
        Instant known = queuedUntil == null ? assignment.interval().end() : latest(queuedUntil);
        if (!newest.isAfter(known)) {
            return;
        }
        switch (settings.schedule().overlap()) {
            case FORBID -> {
                return;
            }
            case QUEUE -> {
                ledger.note(Map.of(QUEUED, newest.toString()));
                queuedUntil = newest;
            }
            case REPLACE -> {
                if (ending == null && run.isAlive(now)) {
                    end(EndedFor.REPLACEMENT, now);
                }
            }
        }
    }

    private Instant latest(Instant queued) {
        Instant end = assignment.interval().end();
        return queued.isAfter(end) ? queued : end;
    }

    private void limit(Instant now) throws IOException {
        boolean late = settings.runTimeout() != null
                && !now.isBefore(run.request().launchedAt().plus(settings.runTimeout()));
        if (late && ending == null) {
            end(EndedFor.TIMEOUT, now);
        }
    }

    private void end(EndedFor why, Instant now) throws IOException {
        ending = Ending.ask(run, GRACE, now);
        endedFor = why;
    }

    private BatchStep launch(BatchSupervisor.Planner planner, Instant now) throws IOException {
        LaunchPlan plan = planner.plan(assignment.interval(), assignment.flowFile());
        DataInterval skipped = skipped();
        LaunchLedger.Opened opened = ledger.open(now, launcher, notes(attempts + 1));
        attempts++;
        elsewhere = false;
        try {
            run = launcher.launch(plan, opened, now);
        } catch (IOException failure) {
            RunFacts facts = new RunFacts(
                    opened.launchId(), launcher.directoryOf(opened.launchId()), plan.interval(), null, null);
            return ended(facts, RunOutcome.Failed.toStart(failure), null, now);
        }
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
        EndedFor why = endedFor;
        if (outcome instanceof RunOutcome.Succeeded) {
            return finished(facts, outcome, ended, now);
        }
        if (why == EndedFor.REPLACEMENT) {
            return replaced(facts, ended, now);
        }
        if (outcome instanceof RunOutcome.Stopped && why == null) {
            // Somebody else asked it to end: whoever supervised it before, or an operator. That is no failed attempt.
            attempts = Math.max(0, attempts - 1);
            return retrying(facts, outcome, now);
        }
        RunOutcome judged = why == EndedFor.TIMEOUT ? timedOut(ended) : outcome;
        return attempts > settings.retries() ? finished(facts, judged, ended, now) : retrying(facts, judged, now);
    }

    private static RunOutcome timedOut(SparkRun ended) throws IOException {
        return new RunOutcome.Failed(
                "run-timeout",
                "The run took longer than Run Timeout allows and was ended.",
                ended.directory().logTail());
    }

    private BatchStep replaced(RunFacts facts, SparkRun ended, Instant now) throws IOException {
        if (assignment.interval() == null) {
            RunOutcome outcome = RunOutcome.replaced(
                    "The run was ended because a newer FlowFile arrived, and Overlap is set to replace.");
            return finished(facts, outcome, ended, now);
        }
        DataInterval next = new DataInterval(
                assignment.interval().start(), latest(settings.schedule().newestEnd(now)));
        assignment = new Assignment(next, null);
        forgetRun();
        attempts = 0;
        return new BatchStep.Replaced(facts, next);
    }

    private BatchStep finished(RunFacts facts, RunOutcome outcome, SparkRun ended, Instant now) throws IOException {
        unsettled = report(facts, outcome, ended, now);
        return new BatchStep.Finished(unsettled);
    }

    private BatchStep retrying(RunFacts facts, RunOutcome outcome, Instant now) {
        forgetRun();
        nextAttempt = now.plus(settings.retryDelay().after(failures + Math.max(1, attempts)));
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
        Map<String, String> notes = new HashMap<>(NO_LAUNCH);
        for (String key : List.of(FLOW_FILE, START, END)) {
            notes.put(key, "");
        }
        Instant done =
                assignment.interval() == null ? mark : assignment.interval().end();
        if (done != null) {
            notes.put(MARK, done.toString());
        }
        boolean drained = queuedUntil != null && done != null && !done.isBefore(queuedUntil);
        if (drained) {
            notes.put(QUEUED, "");
        }
        ledger.note(notes);
        mark = done;
        queuedUntil = drained ? null : queuedUntil;
        assignment = null;
        forgetRun();
        attempts = 0;
        failures = 0;
        nextAttempt = Instant.MIN;
    }

    private void forgetRun() {
        run = null;
        ending = null;
        endedFor = null;
        unsettled = null;
    }

    private static Instant instant(Map<String, String> entries, String key) {
        return entries.containsKey(key) ? Instant.parse(entries.get(key)) : null;
    }
}
