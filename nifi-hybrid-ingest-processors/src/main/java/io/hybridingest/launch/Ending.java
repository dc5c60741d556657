package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Brings a run to its end: asks, terminates after the grace, kills ten seconds later, with everything the driver started.
 * Each {@link #advance} takes one look and never waits. Not thread-safe.
 */
final class Ending {
    private static final Duration BEFORE_KILL = Duration.ofSeconds(10);
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(200);

    private enum Step {
        ASKED,
        TERMINATED,
        KILLED
    }

    private final SparkRun run;
    private final Instant terminateAt;
    private final Set<ProcessHandle> descendants = new LinkedHashSet<>();
    private Step step = Step.ASKED;
    private Instant killAt;

    private Ending(SparkRun run, Instant terminateAt) {
        this.run = run;
        this.terminateAt = terminateAt;
    }

    /**
     * Asks the run to stop.
     *
     * @param grace how long it may take over its current micro-batch
     */
    static Ending ask(SparkRun run, Duration grace, Instant now) throws IOException {
        run.directory().askToStop();
        return new Ending(run, now.plus(grace));
    }

    /** Ends what a run left behind whose driver is gone, and asks nobody. */
    static Ending ofLeftovers(SparkRun run, Instant now) {
        return new Ending(run, now);
    }

    /** Ends what is left of a launch of which the run directory says nothing: it was cut short, or somebody deleted it. */
    static Ending ofUnrecorded(RunDirectory directory, Instant now) {
        RunRequest request = new RunRequest(
                directory.launchId(), "unknown", 0, "unknown", List.of(), null, null, "client", now, 0, null);
        return ofLeftovers(new SparkRun(directory, request, new DriverProcess.Gone()), now);
    }

    /**
     * Takes one look and the next step that is due; true once neither the driver nor anything it started is left. A driver on
     * the cluster can only be asked: until it was silent for a minute, this is false.
     */
    boolean advance(Instant now) throws IOException {
        Optional<ProcessHandle> driver = run.process().living();
        driver.ifPresent(process -> process.descendants().forEach(descendants::add));
        if (driver.isEmpty()) {
            descendants.addAll(ProcessTable.marked(run.directory()));
            List<ProcessHandle> orphans =
                    descendants.stream().filter(ProcessTable::alive).toList();
            orphans.forEach(ProcessHandle::destroyForcibly);
            return orphans.isEmpty() && !run.isDrivenElsewhere(now);
        }
        switch (step) {
            case ASKED -> {
                if (!now.isBefore(terminateAt)) {
                    driver.get().destroy();
                    killAt = now.plus(BEFORE_KILL);
                    step = Step.TERMINATED;
                }
            }
            case TERMINATED -> {
                if (!now.isBefore(killAt)) {
                    step = Step.KILLED;
                    kill(driver.get());
                }
            }
            case KILLED -> kill(driver.get());
        }
        return false;
    }

    private void kill(ProcessHandle driver) {
        driver.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * Advances until the end, for callers that may block: at most the grace and 15 seconds.
     *
     * @return whether everything ended
     */
    boolean await(Duration grace) throws IOException {
        long deadline =
                System.nanoTime() + grace.plus(BEFORE_KILL).plus(AFTER_KILL).toNanos();
        Instant begin = terminateAt.minus(grace);
        long started = System.nanoTime();
        while (!advance(begin.plusNanos(System.nanoTime() - started))) {
            if (System.nanoTime() > deadline || !waitForExit()) {
                return false;
            }
        }
        return true;
    }

    /** Waits for the driver's exit for the time between two looks; false where the thread was interrupted. */
    private boolean waitForExit() {
        Optional<ProcessHandle> next = run.process()
                .living()
                .or(() -> descendants.stream().filter(ProcessTable::alive).findFirst());
        try {
            if (next.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
                return true;
            }
            next.get().onExit().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return true;
        } catch (ExecutionException notWaitable) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
