package io.hybridingest.launch;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Runs batch applications to their end: for data intervals one at a time, for FlowFiles up to a number at once. Each step
 * looks once at each run, does at most what is due, and never waits, however many runs there are. Thread-safe.
 */
public final class BatchSupervisor {
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Makes the plan of a run. */
    public interface Planner {
        /** The plan. Exactly one of the two is not null. */
        LaunchPlan plan(DataInterval interval, String flowFile);
    }

    /**
     * How to supervise.
     *
     * @param schedule of the data intervals
     * @param concurrentRuns for FlowFiles, at least 1
     * @param runTimeout after which a run is ended and counts as failed, null for never
     * @param retries after a failed attempt
     * @param retryDelay between two attempts, and between giving an interval up and taking it up again
     */
    public record Settings(
            IntervalSchedule schedule, int concurrentRuns, Duration runTimeout, int retries, Backoff retryDelay) {
        public Settings {
            Objects.requireNonNull(schedule, "schedule");
            Objects.requireNonNull(retryDelay, "retryDelay");
        }
    }

    private final DriverLauncher launcher;
    private final LaunchLedger ledger;
    private final Settings settings;
    private final Clock clock;
    private final Endings strays = new Endings();
    private final List<BatchSlot> slots = new ArrayList<>();

    public BatchSupervisor(DriverLauncher launcher, LaunchLedger ledger, Settings settings, Clock clock) {
        this.launcher = launcher;
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
    }

    /** Identifiers of the FlowFiles that runs are for. */
    public synchronized Set<String> assignedFlowFiles() throws IOException {
        load();
        Set<String> assigned = new LinkedHashSet<>();
        slots.forEach(slot -> slot.flowFile().ifPresent(assigned::add));
        return assigned;
    }

    /** How many further FlowFiles can be taken up now. */
    public synchronized int free() throws IOException {
        load();
        return (int) slots.stream()
                .limit(settings.concurrentRuns())
                .filter(slot -> !slot.isAssigned())
                .count();
    }

    /**
     * One look, taking up the next complete data interval where nothing is assigned.
     *
     * @throws IOException where the ledger or a run directory cannot be read or written; the next step tries again
     */
    public synchronized BatchStep stepInterval(Planner planner) throws IOException {
        load();
        Instant now = clock.instant();
        strays.advance(now);
        for (BatchSlot slot : slots.subList(1, slots.size())) {
            // Of a time when there was an incoming connection; whoever asked is not here to be told.
            slot.stepFlowFile(null, planner, now);
        }
        BatchStep step = slots.getFirst().stepInterval(planner, now);
        prune(List.of(step), now);
        return step;
    }

    /**
     * One look at each run, taking up FlowFiles where there is room.
     *
     * @param present identifiers of assigned FlowFiles that are still there, and of further ones in their order
     * @param waiting whether more FlowFiles wait than there is room for
     * @return what was found and done, one for each slot
     */
    public synchronized List<BatchStep> stepFlowFiles(Collection<String> present, boolean waiting, Planner planner)
            throws IOException {
        load();
        Instant now = clock.instant();
        strays.advance(now);
        Deque<String> further = new ArrayDeque<>(present);
        further.removeAll(assignedFlowFiles());
        List<BatchStep> steps = new ArrayList<>();
        for (int number = 0; number < slots.size(); number++) {
            BatchSlot slot = slots.get(number);
            if (waiting && settings.schedule().overlap() == Overlap.REPLACE) {
                slot.replace(now);
            }
            String assigned = slot.flowFile().filter(present::contains).orElse(null);
            boolean room = !slot.isAssigned() && number < settings.concurrentRuns();
            steps.add(slot.stepFlowFile(room ? further.poll() : assigned, planner, now));
        }
        prune(steps, now);
        return steps;
    }

    private void prune(List<BatchStep> steps, Instant now) throws IOException {
        if (steps.stream().anyMatch(BatchStep.Launched.class::isInstance)) {
            launcher.prune(ledger, settings.concurrentRuns(), now);
        }
    }

    /** Records that a report was told. A success moves the mark; a failed interval stays open for the next schedule. */
    public synchronized void settle(BatchReport report) throws IOException {
        for (BatchSlot slot : slots) {
            slot.settle(report, clock.instant());
        }
    }

    /**
     * Ends whatever of this processor's runs, and waits for it: at most 45 seconds. What they were for stays to be done.
     *
     * @return whether nothing is left
     */
    public synchronized boolean end() throws IOException {
        Instant now = clock.instant();
        Map<Ending, SparkRun> endings = new HashMap<>();
        for (SparkRun living : launcher.living(ledger, now)) {
            endings.put(Ending.ask(living, GRACE, now), living);
        }
        boolean ended = true;
        for (Map.Entry<Ending, SparkRun> asked : endings.entrySet()) {
            ended &= asked.getKey().await(GRACE);
            for (int number = 0; number < ledger.slots(); number++) {
                BatchNotes.handOver(ledger.slot(number), asked.getValue(), clock.instant());
            }
        }
        forget();
        return ended;
    }

    /** Ends what another node's launch has superseded. @return names of the launches that were ended */
    public synchronized List<String> endSuperseded() throws IOException {
        return ledger.endSuperseded(launcher, clock.instant());
    }

    /** Forgets what it knows, so that the next step reads the ledger anew. */
    public synchronized void forget() {
        slots.clear();
        strays.clear();
    }

    private void load() throws IOException {
        if (!slots.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<BatchSlot> found = new ArrayList<>();
        int count = Math.max(settings.concurrentRuns(), ledger.slots());
        for (int number = 0; number < count; number++) {
            found.add(new BatchSlot(launcher, ledger.slot(number), settings, strays, now));
        }
        List<RunDirectory> named = ledger.directories();
        for (SparkRun living : launcher.living(ledger, now)) {
            if (!named.contains(living.directory())) {
                strays.add(Ending.ask(living, Duration.ZERO, now));
            }
        }
        slots.addAll(found);
    }
}
