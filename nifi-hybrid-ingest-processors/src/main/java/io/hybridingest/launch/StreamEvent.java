package io.hybridingest.launch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a supervision step of a streaming application found or did. */
public sealed interface StreamEvent {
    /** The run it is about. */
    RunFacts facts();

    /** A driver was started. */
    record Launched(RunFacts facts) implements StreamEvent {}

    /** A living driver of an earlier NiFi, or of this processor before it was stopped, was taken over. */
    record Adopted(RunFacts facts) implements StreamEvent {}

    /**
     * There is new progress.
     *
     * @param lines JSON objects, oldest first, at least one
     * @param offset to report with {@link StreamSupervisor#emitted} once the lines are safe elsewhere
     */
    record Progressed(RunFacts facts, List<String> lines, long offset) implements StreamEvent {
        public Progressed {
            lines = List.copyOf(lines);
        }
    }

    /** The driver lives and is silent. @param silence since its last heartbeat */
    record Stalled(RunFacts facts, Duration silence) implements StreamEvent {}

    /** The driver lives and does not get on. @param why in words */
    record Stuck(RunFacts facts, String why) implements StreamEvent {}

    /**
     * The plan is not launched: what was launched last has left a checkpoint, or a table, that it cannot go on with.
     *
     * @param facts of what was launched last
     * @param why what changed and the ways out, one change a line
     * @param running whether what was launched last goes on
     * @param repeated whether this was said before
     */
    record Refused(RunFacts facts, String why, boolean running, boolean repeated) implements StreamEvent {}

    /** The driver is being ended in order to start another. @param why in words */
    record Replacing(RunFacts facts, String why) implements StreamEvent {}

    /** The driver ended as this processor had asked. */
    record Replaced(RunFacts facts) implements StreamEvent {}

    /**
     * The application ended without being asked, or could not be started.
     *
     * @param nextLaunch earliest time of the next launch
     * @param limitReached whether it is held back because too many deaths fell into the restart window
     */
    record Died(RunFacts facts, RunOutcome outcome, Instant nextLaunch, boolean limitReached) implements StreamEvent {}
}
