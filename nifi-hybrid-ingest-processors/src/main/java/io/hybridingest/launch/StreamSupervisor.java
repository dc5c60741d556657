package io.hybridingest.launch;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps one streaming application alive. Each {@link #step} looks once, does at most what is due, and never waits. Before
 * any launch it finds what of this processor's still runs, and adopts or ends it. Thread-safe.
 */
public final class StreamSupervisor {
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(60);
    private static final Duration SILENCE_ENDED = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final String PROGRESS_OFFSET = "progress.offset";
    private static final String END_KNOWN = "end.known";

    private enum Phase {
        /** Nothing is known yet of what runs. */
        SEEKING,
        /** A driver lives, or did at the last look. */
        RUNNING,
        /** A driver is being ended. */
        ENDING,
        /** No driver lives; the next launch is due at a time. */
        WAITING
    }

    /**
     * How to supervise.
     *
     * @param progressInterval least time between two {@link StreamEvent.Progressed}
     * @param backoff between a death and the next launch
     * @param maximumRestarts after deaths within the window
     * @param restartWindow over which deaths are counted
     * @param stopTimeout how long a driver may take over its current micro-batch when it is asked to stop
     */
    public record Settings(
            Duration progressInterval,
            Backoff backoff,
            int maximumRestarts,
            Duration restartWindow,
            Duration stopTimeout) {}

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final Settings settings;
    private final Clock clock;
    private final RestartBudget budget;
    private final List<Ending> strays = new ArrayList<>();
    private Phase phase = Phase.SEEKING;
    private SparkRun run;
    private Ending ending;
    private boolean stalled;
    private Instant launchAt = Instant.MIN;
    private Instant progressAt = Instant.MIN;
    private long progressOffset;

    public StreamSupervisor(DriverLauncher launcher, LaunchLedger ledger, Settings settings, Clock clock) {
        this.launcher = launcher;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
        this.budget = new RestartBudget(settings.maximumRestarts(), settings.restartWindow(), settings.backoff());
    }

    /**
     * One look.
     *
     * @param plan what should run now
     * @return what was found and done, in order
     * @throws IOException where the ledger or a run directory cannot be read or written; the next step tries again
     */
    public synchronized List<StreamEvent> step(LaunchPlan plan) throws IOException {
        Instant now = clock.instant();
        strays.removeIf(stray -> stray.advance(now));
        return switch (phase) {
            case SEEKING -> seek(plan, now);
            case RUNNING -> look(plan, now);
            case ENDING -> advanceEnding(now);
            case WAITING -> now.isBefore(launchAt) || !strays.isEmpty() ? List.of() : launch(plan, now);
        };
    }

    /** Notes that progress is safe elsewhere and need not be read again, not even after a restart of NiFi. */
    public synchronized void emitted(StreamEvent.Progressed progressed) throws IOException {
        progressAt = clock.instant();
        if (run != null && run.request().launchId().equals(progressed.facts().launchId())) {
            progressOffset = progressed.offset();
            ledger.note(Map.of(PROGRESS_OFFSET, Long.toString(progressOffset)));
        }
    }

    /**
     * Ends whatever of this processor's runs, and waits for it: at most the stop timeout and 15 seconds.
     *
     * @return whether nothing is left
     */
    public synchronized boolean end() throws IOException {
        List<SparkRun> living = launcher.archive().living(launcher.processorId());
        Instant now = clock.instant();
        boolean ended = true;
        List<Ending> endings = new ArrayList<>();
        for (SparkRun found : living) {
            boolean own = run != null
                    && run.request().launchId().equals(found.request().launchId());
            endings.add(Ending.ask(own ? run : found, settings.stopTimeout(), now));
        }
        if (!living.isEmpty()) {
            ledger.note(Map.of(END_KNOWN, "true"));
        }
        for (Ending asked : endings) {
            ended &= asked.await(settings.stopTimeout());
        }
        forget();
        return ended;
    }

    /** Forgets what it knows of the current run, so that the next step looks for it anew. */
    public synchronized void forget() {
        phase = Phase.SEEKING;
        run = null;
        ending = null;
    }

    private List<StreamEvent> seek(LaunchPlan plan, Instant now) throws IOException {
        Map<String, String> entries = ledger.entries();
        Optional<SparkRun> earlier = Optional.empty();
        Optional<RunDirectory> current = ledger.current(entries);
        if (current.isPresent()) {
            earlier = SparkRun.find(current.get());
        }
        List<SparkRun> living = new ArrayList<>(launcher.archive().living(launcher.processorId()));
        earlier.filter(SparkRun::isAlive)
                .filter(found -> living.stream().noneMatch(other -> other.directory()
                        .path()
                        .equals(found.directory().path())))
                .ifPresent(living::add);
        if (living.isEmpty()) {
            phase = Phase.WAITING;
            launchAt = now;
            return earlier.isPresent() ? lookBack(earlier.get(), entries, now) : List.of();
        }
        for (SparkRun stray : living.subList(1, living.size())) {
            strays.add(Ending.ask(stray, Duration.ZERO, now));
        }
        return adopt(living.getFirst(), entries, now);
    }

    private List<StreamEvent> adopt(SparkRun found, Map<String, String> entries, Instant now) throws IOException {
        begin(found);
        boolean current = found.request().launchId().equals(entries.get(LaunchLedger.LAUNCH_ID));
        progressOffset = current ? Long.parseLong(entries.getOrDefault(PROGRESS_OFFSET, "0")) : 0;
        if (!current) {
            ledger.note(Map.of(
                    LaunchLedger.LAUNCH_ID,
                    found.request().launchId(),
                    LaunchLedger.RUN_DIRECTORY,
                    found.directory().path().toString(),
                    PROGRESS_OFFSET,
                    ""));
        }
        List<StreamEvent> events = new ArrayList<>(List.of(new StreamEvent.Adopted(found.facts())));
        if (found.directory().stopAsked()) {
            events.addAll(replace("it had been asked to stop", now));
        }
        return events;
    }

    /** Tells how a run ended that nobody watched. */
    private List<StreamEvent> lookBack(SparkRun earlier, Map<String, String> entries, Instant now) throws IOException {
        List<StreamEvent> events = new ArrayList<>();
        run = earlier;
        progressOffset = Long.parseLong(entries.getOrDefault(PROGRESS_OFFSET, "0"));
        if (earlier.observe() instanceof SparkRun.Observation.Ended ended) {
            RunFacts facts = earlier.facts(ended.status(), ended.exitCode());
            progress(facts).ifPresent(events::add);
            if (!entries.containsKey(END_KNOWN) && !(ended.outcome() instanceof RunOutcome.Stopped)) {
                ledger.note(Map.of(END_KNOWN, "true"));
                events.add(new StreamEvent.Died(facts, ended.outcome(), now, false));
            }
        }
        return events;
    }

    private List<StreamEvent> launch(LaunchPlan plan, Instant now) throws IOException {
        LaunchLedger.Opened opened = ledger.open(now, launcher, Map.of(PROGRESS_OFFSET, "", END_KNOWN, ""));
        try {
            begin(launcher.launch(plan, opened, now));
        } catch (IOException failure) {
            RunFacts facts = new RunFacts(
                    opened.launchId(), launcher.directoryOf(opened.launchId()), plan.interval(), null, null);
            return List.of(died(facts, RunOutcome.Failed.toStart(failure), now));
        }
        launcher.archive().prune(launcher.processorId());
        return List.of(new StreamEvent.Launched(run.facts()));
    }

    private void begin(SparkRun begun) {
        run = begun;
        stalled = false;
        progressOffset = 0;
        progressAt = Instant.MIN;
        phase = Phase.RUNNING;
    }

    private List<StreamEvent> look(LaunchPlan plan, Instant now) throws IOException {
        return switch (run.observe()) {
            case SparkRun.Observation.Alive alive -> watch(alive.status(), plan, now);
            case SparkRun.Observation.Ended ended -> {
                List<StreamEvent> events = new ArrayList<>();
                RunFacts facts = run.facts(ended.status(), ended.exitCode());
                progress(facts).ifPresent(events::add);
                events.add(died(facts, ended.outcome(), now));
                yield events;
            }
            case SparkRun.Observation.NeverStarted neverStarted -> {
                forget();
                yield List.of();
            }
        };
    }

    private List<StreamEvent> watch(Optional<RunStatus> status, LaunchPlan plan, Instant now) throws IOException {
        List<StreamEvent> events = new ArrayList<>();
        RunFacts facts = run.facts(status, OptionalInt.empty());
        if (!now.isBefore(progressAt == Instant.MIN ? now : progressAt.plus(settings.progressInterval()))) {
            progress(facts).ifPresent(events::add);
        }
        Duration silence = run.silence(status, now);
        boolean silent = silence.compareTo(status.isPresent() ? SILENCE_NOTICED : START_LIMIT) > 0;
        if (!launcher.serves(run, plan)) {
            events.addAll(replace("the pipeline definition or the settings changed", now));
        } else if (silent && (status.isEmpty() || silence.compareTo(SILENCE_ENDED) > 0)) {
            events.addAll(replace("it has been silent for " + silence.toSeconds() + " seconds", now));
            stalled = true;
        } else if (silent && !stalled) {
            events.add(new StreamEvent.Stalled(facts, silence));
            stalled = true;
        } else if (!silent) {
            stalled = false;
        }
        return events;
    }

    private List<StreamEvent> replace(String why, Instant now) throws IOException {
        ending = Ending.ask(run, settings.stopTimeout(), now);
        stalled = false;
        phase = Phase.ENDING;
        return List.of(new StreamEvent.Replacing(run.facts(), why));
    }

    private List<StreamEvent> advanceEnding(Instant now) throws IOException {
        if (!ending.advance(now)) {
            return List.of();
        }
        List<StreamEvent> events = new ArrayList<>();
        RunFacts facts = run.facts();
        progress(facts).ifPresent(events::add);
        if (stalled) {
            RunOutcome outcome = new RunOutcome.Failed(
                    "stalled",
                    "The driver lived but wrote no heartbeat for too long, and was ended.",
                    run.directory().logTail());
            events.add(died(facts, outcome, now));
        } else {
            events.add(new StreamEvent.Replaced(facts));
            phase = Phase.WAITING;
            launchAt = now;
        }
        return events;
    }

    private StreamEvent died(RunFacts facts, RunOutcome outcome, Instant now) throws IOException {
        RestartBudget.Next next = budget.died(now);
        phase = Phase.WAITING;
        launchAt = next.at();
        ledger.note(Map.of(END_KNOWN, "true"));
        return new StreamEvent.Died(facts, outcome, next.at(), next.limitReached());
    }

    private Optional<StreamEvent.Progressed> progress(RunFacts facts) throws IOException {
        RunDirectory.Progress progress = run.directory().progressFrom(progressOffset);
        return progress.lines().isEmpty()
                ? Optional.empty()
                : Optional.of(new StreamEvent.Progressed(facts, progress.lines(), progress.offset()));
    }
}
