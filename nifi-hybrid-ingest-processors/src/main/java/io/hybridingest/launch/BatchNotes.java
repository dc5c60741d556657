package io.hybridingest.launch;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a ledger holds of one batch run at a time: how far the intervals are done, and what is being worked on, so that whoever
 * comes back after a crash finds the run, or finds that there was none. Not thread-safe.
 */
final class BatchNotes {
    private static final String MARK = "interval.mark";
    private static final String QUEUED = "interval.queued";
    private static final String START = "interval.start";
    private static final String END = "interval.end";
    private static final String FLOW_FILE = "flowfile";
    private static final String ATTEMPT = "attempt";

    private static final Map<String, String> NO_LAUNCH =
            Map.of(LaunchLedger.LAUNCH_ID, "", LaunchLedger.RUN_DIRECTORY, "", ATTEMPT, "");

    private final LaunchLedger ledger;
    private Instant mark;
    private Instant queuedUntil;

    /** What was being worked on. @param launched directory of the newest attempt, null without one */
    record Earlier(Assignment assignment, int attempts, RunDirectory launched) {}

    BatchNotes(LaunchLedger ledger) {
        this.ledger = ledger;
    }

    /** Reads everything anew. */
    Earlier load() throws IOException {
        Map<String, String> entries = ledger.entries();
        mark = instant(entries, MARK);
        queuedUntil = instant(entries, QUEUED);
        return new Earlier(
                assignment(entries),
                Integer.parseInt(entries.getOrDefault(ATTEMPT, "0")),
                ledger.current(entries).orElse(null));
    }

    private static Assignment assignment(Map<String, String> entries) {
        if (entries.containsKey(FLOW_FILE)) {
            return Assignment.of(entries.get(FLOW_FILE));
        }
        return entries.containsKey(START)
                ? Assignment.of(new DataInterval(instant(entries, START), instant(entries, END)))
                : null;
    }

    /** Everything before it is done; null before the first interval. */
    Instant mark() {
        return mark;
    }

    /** The same, set to the beginning of the schedule where there is none yet. */
    Instant mark(IntervalSchedule schedule, Instant now) throws IOException {
        if (mark == null) {
            Instant first = schedule.begin(now);
            ledger.note(Map.of(MARK, first.toString()));
            mark = first;
        }
        return mark;
    }

    /** Intervals that end by then each wait for a run of their own; null where none does. */
    Instant queuedUntil() {
        return queuedUntil;
    }

    void queueUntil(Instant newestEnd) throws IOException {
        ledger.note(Map.of(QUEUED, newestEnd.toString()));
        queuedUntil = newestEnd;
    }

    /** What to write with the announcement of a launch. */
    static Map<String, String> ofLaunch(Assignment assignment, int attempt) {
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

    /** Whether the node that launched has given the launch up since, and has said so. */
    boolean isGivenUp() throws IOException {
        return ledger.current(ledger.entries()).isEmpty();
    }

    /** Forgets the launches of an assignment that stays to be done. */
    void forgetLaunch() throws IOException {
        ledger.note(NO_LAUNCH);
    }

    /** Forgets an assignment that is done with; the mark moves behind an interval. */
    void conclude(Assignment assignment) throws IOException {
        Map<String, String> notes = new HashMap<>(NO_LAUNCH);
        for (String key : List.of(FLOW_FILE, START, END)) {
            notes.put(key, "");
        }
        Instant done = Optional.ofNullable(assignment.interval())
                .map(DataInterval::end)
                .orElse(mark);
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

    private static Instant instant(Map<String, String> entries, String key) {
        return entries.containsKey(key) ? Instant.parse(entries.get(key)) : null;
    }
}
