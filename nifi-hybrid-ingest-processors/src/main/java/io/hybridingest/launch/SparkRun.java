package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One launch and the process that serves it. Immutable; what it says about the process is true when it is asked.
 *
 * @param directory of the launch
 * @param request what was asked for
 * @param process that serves it
 */
public record SparkRun(RunDirectory directory, RunRequest request, DriverProcess process) {
    private static final int KILLED_BY_SIGNAL = 128;
    private static final Duration HEARTBEAT_BELIEVED = Duration.ofSeconds(60);

    /** What can be seen of a run at one moment. */
    public sealed interface Observation {
        /** The process lives. */
        record Alive(Optional<RunStatus> status) implements Observation {}

        /** The process is gone. */
        record Ended(Optional<RunStatus> status, OptionalInt exitCode, RunOutcome outcome) implements Observation {}

        /** The launch was cut short before there was a process. */
        record NeverStarted() implements Observation {}
    }

    /** Looks for an earlier launch and its process; empty where nothing was ever asked for in the directory. */
    static Optional<SparkRun> find(RunDirectory directory) throws IOException {
        return directory
                .request()
                .map(request -> new SparkRun(
                        directory,
                        request,
                        ProcessTable.find(request, directory)
                                .<DriverProcess>map(DriverProcess.Adopted::new)
                                .orElseGet(DriverProcess.Gone::new)));
    }

    /** Whether the application goes on, here or on the cluster. */
    boolean isAlive(Instant now) throws IOException {
        return process.living().isPresent() || isDrivenElsewhere(now);
    }

    /** Whether a driver on the cluster, which outlives the process that submitted it, was heard of lately and is not done. */
    boolean isDrivenElsewhere(Instant now) throws IOException {
        return request.inCluster()
                && directory
                        .status()
                        .filter(status -> !status.state().isFinal())
                        .map(RunStatus::heartbeatAt)
                        .filter(beat -> Duration.between(beat, now).compareTo(HEARTBEAT_BELIEVED) < 0)
                        .isPresent();
    }

    /** The same as {@link #observe(Instant)}, for whoever looks again and again: a living driver's status may be the last one read. */
    Observation observe(Instant now, LastWord lastWord) throws IOException {
        return process.living().isPresent() ? new Observation.Alive(lastWord.in(directory)) : observe(now);
    }

    /** Looks at the process first and at what it left behind after, so that a last word is never missed. */
    Observation observe(Instant now) throws IOException {
        if (isAlive(now)) {
            return new Observation.Alive(directory.status());
        }
        Optional<RunStatus> status = directory.status();
        if (status.isEmpty() && request.pid() == 0) {
            return new Observation.NeverStarted();
        }
        OptionalInt exitCode = process.exitCode();
        return new Observation.Ended(
                status, exitCode, RunOutcome.of(verdict(exitCode, status), status, directory.logTail()));
    }

    /**
     * The exit code as far as it says something about the application: the process that submitted a driver to the cluster may
     * have been killed while the driver went on to its own end, which its status tells.
     */
    private OptionalInt verdict(OptionalInt exitCode, Optional<RunStatus> status) {
        boolean bySignal = exitCode.isPresent() && exitCode.getAsInt() > KILLED_BY_SIGNAL;
        return request.inCluster() && status.isPresent() && bySignal ? OptionalInt.empty() : exitCode;
    }

    /** How long the driver has been silent: since its last heartbeat, or since the launch where it never had one. */
    Duration silence(Optional<RunStatus> status, Instant now) {
        Instant last = status.map(RunStatus::heartbeatAt).orElse(request.launchedAt());
        return Duration.between(last, now);
    }

    /** What to tell the world about the run. */
    RunFacts facts(Optional<RunStatus> status, OptionalInt exitCode) {
        return new RunFacts(
                request.launchId(),
                directory,
                request.interval(),
                status.orElse(null),
                exitCode.isPresent() ? exitCode.getAsInt() : null);
    }

    RunFacts facts() throws IOException {
        return facts(directory.status(), process.exitCode());
    }
}
