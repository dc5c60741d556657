package io.hybridingest.launch;

import java.time.Instant;

/** What a supervision step of a batch application found or did. */
public sealed interface BatchStep {
    /** There is nothing to run, or it is not time yet. */
    record Idle() implements BatchStep {}

    /**
     * A driver was started.
     *
     * @param skipped span of complete intervals that no run will answer for, null where there is none
     */
    record Launched(RunFacts facts, DataInterval skipped) implements BatchStep {}

    /** A driver lives. */
    record Working(RunFacts facts) implements BatchStep {}

    /**
     * An attempt came to nothing and another will be made.
     *
     * @param attempt that failed, from 1
     * @param nextAttempt earliest time of the next
     */
    record Retrying(RunFacts facts, RunOutcome outcome, int attempt, Instant nextAttempt) implements BatchStep {}

    /**
     * A run was ended because newer work fell due.
     *
     * @param next the interval that takes its place
     */
    record Replaced(RunFacts facts, DataInterval next) implements BatchStep {}

    /** There will be no further attempt. To be settled with {@link BatchSupervisor#settle} once it is told. */
    record Finished(BatchReport report) implements BatchStep {}
}
