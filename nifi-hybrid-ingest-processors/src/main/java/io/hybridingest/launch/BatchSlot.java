package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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

    /** Why a run that lives is being ended. */
    private enum EndedFor {
        TIMEOUT,
        REPLACEMENT
    }

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final BatchNotes notes;
    private final BatchSupervisor.Settings settings;
    private final Endings strays;
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
        this.notes = new BatchNotes(ledger);
        this.settings = settings;
        this.strays = strays;
        load(now);
    }

    private void load(Instant now) throws IOException {
        BatchNotes.Earlier earlier = notes.load();
        assignment = earlier.assignment();
        attempts = earlier.attempts();
        if (earlier.launched() != null) {
            run = SparkRun.find(earlier.launched()).orElse(null);
            if (run == null) {
                unseen(earlier.launched(), now);
            }
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
        if (elsewhere && notes.isGivenUp()) {
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
            Optional<DataInterval> next =
                    settings.schedule().next(notes.mark(settings.schedule(), now), notes.queuedUntil(), now);
            if (next.isEmpty()) {
                return new BatchStep.Idle();
            }
            assignment = Assignment.of(next.get());
        }
        return isAbandoned(null, now) ? abandon() : work(planner, now);
    }

    /** @param flowFile the assigned FlowFile, or the one to take up; null where there is none */
    BatchStep stepFlowFile(String flowFile, BatchSupervisor.Planner planner, Instant now) throws IOException {
        if (assignment == null) {
            if (flowFile == null) {
                return new BatchStep.Idle();
            }
            assignment = Assignment.of(flowFile);
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
        notes.forgetLaunch();
        failures += attempts;
        nextAttempt = now.plus(settings.retryDelay().after(failures));
        forgetRun();
        attempts = 0;
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
        Optional<Instant> newest = settings.schedule().completedSince(assignment.interval(), notes.queuedUntil(), now);
        if (newest.isEmpty()) {
            return;
        }
        switch (settings.schedule().overlap()) {
            case FORBID -> {
                return;
            }
            case QUEUE -> notes.queueUntil(newest.get());
            case REPLACE -> {
                if (ending == null && run.isAlive(now)) {
                    end(EndedFor.REPLACEMENT, now);
                }
            }
        }
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
        LaunchLedger.Opened opened = ledger.open(now, launcher, BatchNotes.ofLaunch(assignment, attempts + 1));
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
        Instant mark = notes.mark();
        boolean gap = interval != null && mark != null && attempts == 0 && mark.isBefore(interval.start());
        return gap ? new DataInterval(mark, interval.start()) : null;
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
        RunOutcome judged = why == EndedFor.TIMEOUT
                ? RunOutcome.Failed.ofTimeout(ended.directory().logTail())
                : outcome;
        return attempts > settings.retries() ? finished(facts, judged, ended, now) : retrying(facts, judged, now);
    }

    private BatchStep replaced(RunFacts facts, SparkRun ended, Instant now) throws IOException {
        if (assignment.interval() == null) {
            RunOutcome outcome = RunOutcome.replaced(
                    "The run was ended because a newer FlowFile arrived, and Overlap is set to replace.");
            return finished(facts, outcome, ended, now);
        }
        DataInterval interval = assignment.interval();
        Instant newest = settings.schedule().newestEnd(now);
        DataInterval next =
                new DataInterval(interval.start(), newest.isAfter(interval.end()) ? newest : interval.end());
        assignment = Assignment.of(next);
        forgetRun();
        attempts = 0;
        return new BatchStep.Replaced(facts, next);
    }

    private BatchStep finished(RunFacts facts, RunOutcome outcome, SparkRun ended, Instant now) throws IOException {
        unsettled = BatchReport.of(facts, outcome, assignment.flowFile(), attempts, ended, now);
        return new BatchStep.Finished(unsettled);
    }

    private BatchStep retrying(RunFacts facts, RunOutcome outcome, Instant now) {
        forgetRun();
        nextAttempt = now.plus(settings.retryDelay().after(failures + Math.max(1, attempts)));
        return new BatchStep.Retrying(facts, outcome, attempts, nextAttempt);
    }

    private void conclude() throws IOException {
        notes.conclude(assignment);
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
}
