package io.hybridingest.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What must outlive NiFi: the epoch counter, the current launch, and the notes of whoever supervises it. Written before
 * the deed it announces.
 */
public final class LaunchLedger {
    static final String EPOCH = "epoch";
    static final String LAUNCH_ID = "launch.id";
    static final String RUN_DIRECTORY = "run.directory";

    private static final DateTimeFormatter LAUNCH_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Where the entries are kept. Shared by all nodes of a cluster. */
    public interface Store {
        /** All entries, empty at first. */
        Map<String, String> read() throws IOException;

        /**
         * Replaces the entries by what the change makes of them, as one step that no other writer can come between.
         *
         * @throws IOException where that was not possible; nothing has changed then
         */
        void update(UnaryOperator<Map<String, String>> change) throws IOException;

        /** Whether others than this NiFi may write it. */
        boolean isShared();
    }

    /**
     * A launch that is announced and not yet made.
     *
     * @param epoch higher than any before
     * @param launchId unique name, in order of time
     */
    record Opened(long epoch, String launchId) {}

    private final Store root;
    private final Store store;

    public LaunchLedger(Store store) {
        this(store, store);
    }

    private LaunchLedger(Store root, Store store) {
        this.root = root;
        this.store = store;
    }

    /**
     * The part of this ledger that one of several concurrent runs has to itself. The epoch is common to all.
     *
     * @param number from 0, whose entries have no prefix
     */
    LaunchLedger slot(int number) {
        return new LaunchLedger(root, new LedgerSlot(root, number));
    }

    /** How many slots have entries: the highest number in use and one, at least 1. */
    int slots() throws IOException {
        return LedgerSlot.count(root.read());
    }

    /** Directories of the current launches, of all slots. */
    List<RunDirectory> directories() throws IOException {
        return root.read().entrySet().stream()
                .filter(entry ->
                        entry.getKey().equals(RUN_DIRECTORY) || entry.getKey().endsWith("." + RUN_DIRECTORY))
                .map(entry -> new RunDirectory(Path.of(entry.getValue())))
                .toList();
    }

    /**
     * Ends, on a node that may not even be the primary one, what a launch elsewhere has superseded: every run here of a lower
     * epoch that the ledger names no more. Waits for it, at most 15 seconds a run.
     *
     * @return names of the launches that were ended
     */
    List<String> endSuperseded(DriverLauncher launcher, Instant now) throws IOException {
        long newest = epoch(root.read());
        List<RunDirectory> named = directories();
        List<String> ended = new ArrayList<>();
        for (SparkRun run : launcher.living(this, now)) {
            if (run.request().epoch() < newest && !named.contains(run.directory())) {
                Ending.ask(run, Duration.ZERO, now).await(Duration.ZERO);
                ended.add(run.request().launchId());
            }
        }
        return ended;
    }

    /**
     * Whether a launch that is noted, and of which nothing is to be seen here, may have been made all the same. A NiFi that
     * stands alone made it itself or not at all, and the first thing that it would have made is the run directory.
     */
    boolean mayHaveLaunchedElsewhere() {
        return root.isShared();
    }

    /** The epoch of the newest launch, 0 before the first. */
    static long epoch(Map<String, String> entries) {
        return Long.parseLong(entries.getOrDefault(EPOCH, "0"));
    }

    Map<String, String> entries() throws IOException {
        return store.read();
    }

    /** Directory of the current launch; empty where there is none. */
    Optional<RunDirectory> current(Map<String, String> entries) {
        return Optional.ofNullable(entries.get(RUN_DIRECTORY)).map(Path::of).map(RunDirectory::new);
    }

    /**
     * Announces a launch. The epoch is at least the clock's seconds, so that a processor whose state was cleared, or that
     * was created anew for a table that others wrote before, does not fall behind what the table has seen.
     *
     * @param notes entries to write in the same step; an empty value removes one
     */
    Opened open(Instant now, DriverLauncher launcher, Map<String, String> notes) throws IOException {
        Map<String, String> written = new HashMap<>();
        long seen = launcher.archive().highestEpoch(launcher.processorId());
        store.update(entries -> {
            long last = Math.max(epoch(entries), seen);
            long epoch = Math.max(last + 1, now.getEpochSecond());
            String launchId = LAUNCH_TIME.format(now) + "-" + prefix(launcher.processorId()) + "-" + epoch;
            Map<String, String> next = noted(entries, notes);
            next.put(EPOCH, Long.toString(epoch));
            next.put(LAUNCH_ID, launchId);
            next.put(RUN_DIRECTORY, launcher.directoryOf(launchId).path().toString());
            written.putAll(next);
            return next;
        });
        return new Opened(Long.parseLong(written.get(EPOCH)), written.get(LAUNCH_ID));
    }

    /**
     * Changes entries, unless another launch than the expected one is current by now: it has taken over, and its notes are its
     * own.
     */
    void noteIfCurrent(String launchId, Map<String, String> notes) throws IOException {
        store.update(entries -> launchId.equals(entries.get(LAUNCH_ID)) ? noted(entries, notes) : entries);
    }

    /** Changes entries. @param notes an empty value removes one */
    void note(Map<String, String> notes) throws IOException {
        store.update(entries -> noted(entries, notes));
    }

    private static Map<String, String> noted(Map<String, String> entries, Map<String, String> notes) {
        Map<String, String> next = new HashMap<>(entries);
        notes.forEach((key, value) -> {
            if (value.isEmpty()) {
                next.remove(key);
            } else {
                next.put(key, value);
            }
        });
        return next;
    }

    private static String prefix(String processorId) {
        return processorId.substring(0, Math.min(8, processorId.length()));
    }
}
