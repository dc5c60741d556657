package io.hybridingest.launch;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Keeps one streaming application alive. Each {@link #step} looks once, does at most what is due, and never waits. Before
 * any launch it finds what of this processor's still runs, and adopts or ends it. Thread-safe.
 */
public final class StreamSupervisor {
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(60);
    private static final Duration SILENCE_ENDED = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    /** Beyond the stop timeout, how long a launch that cannot be seen from here may take to end on the node that made it. */
    private static final Duration HAND_OVER = Duration.ofSeconds(30);

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
     * @param stall what to make of a stream that lives and does not get on
     * @param stopTimeout how long a driver may take over its current micro-batch when it is asked to stop
     * @param acceptedDefinition fingerprint of a definition that may follow whatever breaks by it, null for none
     */
    public record Settings(
            Duration progressInterval,
            Backoff backoff,
            int maximumRestarts,
            Duration restartWindow,
            Duration stopTimeout,
            Stall stall,
            String acceptedDefinition) {}

    /**
     * What to make of a stream that lives and does not get on.
     *
     * @param patience how long no micro-batch may end while the lag grows, null for ever
     * @param lag records that wait, empty while that is not known; must not block
     * @param restart whether the application is ended and launched again, or only spoken of
     */
    public record Stall(Duration patience, Supplier<OptionalLong> lag, boolean restart) {
        /** Of a stream whose lag nobody knows. */
        public static final Stall UNKNOWN = new Stall(null, OptionalLong::empty, false);
    }

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final Settings settings;
    private final Clock clock;
    private final RestartBudget budget;
    private final ProgressWatch progressWatch;
    private final Succession succession;
    private final Match match;
    private final LastWord lastWord = new LastWord();
    private final Endings strays = new Endings();
    private Phase phase = Phase.SEEKING;
    private SparkRun run;
    private Ending ending;
    private boolean stalled;
    private boolean stuck;
    private String stallReason;
    private boolean elsewhere;
    private Instant launchAt = Instant.MIN;
    private Instant progressAt = Instant.MIN;
    private long progressOffset;

    public StreamSupervisor(DriverLauncher launcher, LaunchLedger ledger, Settings settings, Clock clock) {
        this.launcher = launcher;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
        this.progressWatch =
                new ProgressWatch(settings.stall().patience(), settings.stall().lag());
        this.match = new Match(launcher);
        this.succession = new Succession(launcher, ledger, settings.acceptedDefinition());
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
        boolean alone = strays.advance(now);
        return switch (phase) {
            case SEEKING -> seek(plan, now);
            case RUNNING -> look(plan, now);
            case ENDING -> advanceEnding(now);
            case WAITING -> mayLaunch(alone, now) ? launch(plan, now) : List.of();
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
        Instant now = clock.instant();
        boolean ended = true;
        Map<String, Ending> endings = new LinkedHashMap<>();
        for (SparkRun found : launcher.living(ledger, now)) {
            String launchId = found.request().launchId();
            boolean own = run != null && run.request().launchId().equals(launchId);
            endings.put(launchId, Ending.ask(own ? run : found, settings.stopTimeout(), now));
        }
        for (Map.Entry<String, Ending> asked : endings.entrySet()) {
            ended &= asked.getValue().await(settings.stopTimeout());
            ledger.noteIfCurrent(asked.getKey(), Map.of(END_KNOWN, "true"));
        }
        forget();
        return ended;
    }

    /** Ends what another node's launch has superseded. @return names of the launches that were ended */
    public synchronized List<String> endSuperseded() throws IOException {
        return ledger.endSuperseded(launcher, clock.instant());
    }

    /** Forgets what it knows of the current run, so that the next step looks for it anew. */
    public synchronized void forget() {
        phase = Phase.SEEKING;
        run = null;
        ending = null;
        succession.forget();
    }

    private List<StreamEvent> seek(LaunchPlan plan, Instant now) throws IOException {
        Map<String, String> entries = ledger.entries();
        Optional<SparkRun> earlier = Optional.empty();
        Optional<RunDirectory> current = ledger.current(entries);
        if (current.isPresent()) {
            earlier = SparkRun.find(current.get());
        }
        List<SparkRun> living = launcher.living(ledger, now);
        Optional<SparkRun> newest = living.stream()
                .findFirst()
                .filter(run -> run.request().epoch() >= LaunchLedger.epoch(entries) || isCurrent(run, entries));
        for (SparkRun stray : living) {
            if (newest.isEmpty() || stray != newest.get()) {
                strays.add(Ending.ask(stray, Duration.ZERO, now));
            }
        }
        if (newest.isPresent()) {
            return adopt(newest.get(), entries, now);
        }
        phase = Phase.WAITING;
        launchAt = now;
        if (earlier.isPresent()) {
            return lookBack(earlier.get(), entries, now);
        }
        current.ifPresent(announced -> strays.add(Ending.ofUnrecorded(announced, now)));
        elsewhere = current.isPresent() && ledger.mayHaveLaunchedElsewhere() && !entries.containsKey(END_KNOWN);
        if (elsewhere) {
            launchAt = now.plus(settings.stopTimeout()).plus(HAND_OVER);
        }
        return List.of();
    }

    /** Whether nothing stands in the way of a launch: neither a pause, nor a run of this node, nor one of another's. */
    private boolean mayLaunch(boolean alone, Instant now) throws IOException {
        if (elsewhere && ledger.entries().containsKey(END_KNOWN)) {
            launchAt = now;
        }
        return alone && !now.isBefore(launchAt);
    }

    private static boolean isCurrent(SparkRun run, Map<String, String> entries) {
        return run.request().launchId().equals(entries.get(LaunchLedger.LAUNCH_ID));
    }

    private List<StreamEvent> adopt(SparkRun found, Map<String, String> entries, Instant now) throws IOException {
        begin(found);
        boolean current = isCurrent(found, entries);
        progressOffset = current ? Long.parseLong(entries.getOrDefault(PROGRESS_OFFSET, "0")) : 0;
        if (!current) {
            Map<String, String> notes = new HashMap<>(succession.notes(found.directory()));
            notes.put(LaunchLedger.LAUNCH_ID, found.request().launchId());
            notes.put(LaunchLedger.RUN_DIRECTORY, found.directory().path().toString());
            notes.put(PROGRESS_OFFSET, "");
            ledger.note(notes);
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
        strays.add(Ending.ofLeftovers(earlier, now));
        if (earlier.observe(now) instanceof SparkRun.Observation.Ended ended) {
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
        if (!succession.allows(plan)) {
            return refuse(now);
        }
        Map<String, String> notes = new HashMap<>(succession.notes(plan));
        notes.put(PROGRESS_OFFSET, "");
        notes.put(END_KNOWN, "");
        LaunchLedger.Opened opened = ledger.open(now, launcher, notes);
        succession.forget();
        elsewhere = false;
        try {
            begin(launcher.launch(plan, opened, now));
        } catch (IOException failure) {
            RunFacts facts = new RunFacts(
                    opened.launchId(), launcher.directoryOf(opened.launchId()), plan.interval(), null, null);
            return List.of(died(facts, RunOutcome.Failed.toStart(failure), now));
        }
        launcher.prune(ledger, 1, now);
        return List.of(new StreamEvent.Launched(run.facts()));
    }

    private List<StreamEvent> refuse(Instant now) throws IOException {
        RunDirectory last = ledger.current(ledger.entries()).orElseThrow();
        RunFacts facts = new RunFacts(last.launchId(), last, null, null, null);
        return succession.refuse(facts, false, now).stream().toList();
    }

    private void begin(SparkRun begun) {
        run = begun;
        stalled = false;
        stuck = false;
        progressWatch.restart();
        progressOffset = 0;
        progressAt = Instant.MIN;
        phase = Phase.RUNNING;
    }

    private List<StreamEvent> look(LaunchPlan plan, Instant now) throws IOException {
        run.directory().cutLog();
        return switch (run.observe(now, lastWord)) {
            case SparkRun.Observation.Alive alive -> watch(alive.status(), plan, now);
            case SparkRun.Observation.Ended ended -> {
                List<StreamEvent> events = new ArrayList<>();
                RunFacts facts = run.facts(ended.status(), ended.exitCode());
                progress(facts).ifPresent(events::add);
                strays.add(Ending.ofLeftovers(run, now));
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
        boolean outdated = !match.serves(run, plan);
        if (outdated && succession.allows(plan)) {
            events.addAll(replace("the pipeline definition or the settings changed", now));
        } else if (silent && (status.isEmpty() || silence.compareTo(SILENCE_ENDED) > 0)) {
            events.addAll(replace("it has been silent for " + silence.toSeconds() + " seconds", now));
            stalled = true;
            stallReason = "The driver lived but wrote no heartbeat for too long, and was ended.";
        } else if (silent && !stalled) {
            events.add(new StreamEvent.Stalled(facts, silence));
            stalled = true;
        } else if (!silent) {
            stalled = false;
            events.addAll(watchProgress(facts, now));
        }
        if (outdated && phase == Phase.RUNNING) {
            succession.refuse(facts, true, now).ifPresent(events::add);
        }
        return events;
    }

    private List<StreamEvent> watchProgress(RunFacts facts, Instant now) throws IOException {
        Optional<ProgressWatch.Stuck> found = progressWatch.look(run.directory(), now);
        if (found.isEmpty()) {
            stuck = false;
            return List.of();
        }
        String why = found.get().words();
        if (settings.stall().restart()) {
            List<StreamEvent> events = replace(why, now);
            stalled = true;
            stallReason = "The driver lived but did not get on, and was ended: " + why + ".";
            return events;
        }
        boolean said = stuck;
        stuck = true;
        return said ? List.of() : List.of(new StreamEvent.Stuck(facts, why));
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
                    "stalled", stallReason, run.directory().logTail());
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
