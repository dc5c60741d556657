package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Judges a stream whose driver lives: by its heartbeat, and by its progress while its lag grows. Not thread-safe. */
final class StreamHealth {
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(60);
    private static final Duration SILENCE_ENDED = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private final boolean restart;
    private final ProgressWatch progress;
    private boolean saidSilent;
    private boolean saidStuck;

    /** What one look comes to. */
    sealed interface Verdict {
        /** There is nothing to say that was not said. */
        record Unchanged() implements Verdict {}

        /** There is something to say. */
        record Ailing(StreamEvent event) implements Verdict {}

        /**
         * It has to be ended.
         *
         * @param why in the midst of a sentence
         * @param reason whole sentences, for whoever asks how it ended
         */
        record Hopeless(String why, String reason) implements Verdict {}
    }

    StreamHealth(StreamSupervisor.Stall stall) {
        this.restart = stall.restart();
        this.progress = new ProgressWatch(stall.patience(), stall.lag());
    }

    /** Forgets everything, for another run. */
    void restart() {
        saidSilent = false;
        saidStuck = false;
        progress.restart();
    }

    Verdict look(SparkRun run, RunFacts facts, Optional<RunStatus> status, Instant now) throws IOException {
        Duration silence = run.silence(status, now);
        if (silence.compareTo(status.isPresent() ? SILENCE_NOTICED : START_LIMIT) <= 0) {
            saidSilent = false;
            return lookAtProgress(run, facts, now);
        }
        if (status.isEmpty() || silence.compareTo(SILENCE_ENDED) > 0) {
            return new Verdict.Hopeless(
                    "it has been silent for " + silence.toSeconds() + " seconds",
                    "The driver lived but wrote no heartbeat for too long, and was ended.");
        }
        boolean said = saidSilent;
        saidSilent = true;
        return said ? new Verdict.Unchanged() : new Verdict.Ailing(new StreamEvent.Stalled(facts, silence));
    }

    private Verdict lookAtProgress(SparkRun run, RunFacts facts, Instant now) throws IOException {
        Optional<ProgressWatch.Stuck> stuck = progress.look(run.directory(), now);
        if (stuck.isEmpty()) {
            saidStuck = false;
            return new Verdict.Unchanged();
        }
        String why = stuck.get().words();
        if (restart) {
            return new Verdict.Hopeless(why, "The driver lived but did not get on, and was ended: " + why + ".");
        }
        boolean said = saidStuck;
        saidStuck = true;
        return said ? new Verdict.Unchanged() : new Verdict.Ailing(new StreamEvent.Stuck(facts, why));
    }
}
