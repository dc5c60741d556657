package io.hybridingest.launch;

import java.util.Optional;
import java.util.OptionalInt;

/** How a run ended. Unknown is never success. */
public sealed interface RunOutcome {
    /** The process has ended, with 0 where the exit code can be known, and its status says {@code SUCCEEDED}. */
    record Succeeded() implements RunOutcome {}

    /** The application ended because it was asked to. */
    record Stopped() implements RunOutcome {}

    /**
     * The run ended and did not succeed.
     *
     * @param code short and stable, for routing
     * @param reason what happened and what to do, for people
     * @param logTail the end of the driver's log
     */
    record Failed(String code, String reason, String logTail) implements RunOutcome {
        /** A launch that came to nothing. */
        static Failed toStart(Exception cause) {
            return new Failed("launch-failed", "The driver could not be started: " + cause, "");
        }

        /** A run that was ended because it took too long. */
        static Failed ofTimeout(String logTail) {
            return new Failed("run-timeout", "The run took longer than Run Timeout allows and was ended.", logTail);
        }
    }

    /** An outcome that newer work brought about. @param reason in words */
    static Failed replaced(String reason) {
        return new Failed("replaced", reason, "");
    }

    /** The process is gone, its exit code is unknown, and its status does not say how it ended. */
    record Lost(String reason, String logTail) implements RunOutcome {}

    /** Short stable code of the outcome. */
    default String code() {
        return switch (this) {
            case Succeeded succeeded -> "succeeded";
            case Stopped stopped -> "stopped";
            case Failed failed -> failed.code();
            case Lost lost -> "lost";
        };
    }

    /** The outcome in words. */
    default String reason() {
        return switch (this) {
            case Succeeded succeeded -> "The application ended by itself and reported success.";
            case Stopped stopped -> "The application stopped because it was asked to.";
            case Failed failed -> failed.reason();
            case Lost lost -> lost.reason();
        };
    }

    /** The end of the driver's log, empty where the outcome needs no explanation. */
    default String logTail() {
        return switch (this) {
            case Succeeded succeeded -> "";
            case Stopped stopped -> "";
            case Failed failed -> failed.logTail();
            case Lost lost -> lost.logTail();
        };
    }

    /** Judges a run whose process is gone. */
    static RunOutcome of(OptionalInt exitCode, Optional<RunStatus> status, String logTail) {
        if (exitCode.isPresent() && exitCode.getAsInt() != 0) {
            return new Failed("exit-code", exitReason(exitCode.getAsInt(), status), logTail);
        }
        if (status.isEmpty()) {
            return noStatus(exitCode, logTail);
        }
        RunStatus last = status.get();
        return switch (last.state()) {
            case SUCCEEDED -> new Succeeded();
            case STOPPED -> new Stopped();
            case FAILED ->
                new Failed(
                        last.errorCode() == null ? "failed" : last.errorCode(),
                        last.errorMessage() == null
                                ? "The application reported failure without a reason; see the driver's log."
                                : last.errorMessage(),
                        logTail);
            case STARTING, RUNNING ->
                exitCode.isPresent()
                        ? new Failed(
                                "no-verdict",
                                "The driver ended with exit code 0 while its status still said " + last.state()
                                        + ": it was cut short. Look for System.exit or os._exit in the application.",
                                logTail)
                        : new Lost(
                                "The driver is gone while its status still said " + last.state()
                                        + ": it was killed, or the machine was. Its log may say why.",
                                logTail);
        };
    }

    private static RunOutcome noStatus(OptionalInt exitCode, String logTail) {
        return exitCode.isPresent()
                ? new Failed(
                        "no-status",
                        "The driver ended with exit code 0 but never reported anything: it created no Spark session, or its"
                                + " own spark.plugins setting kept the bundled reporting plugin out.",
                        logTail)
                : new Lost("The driver is gone and never reported anything; its log may say why.", logTail);
    }

    private static String exitReason(int exitCode, Optional<RunStatus> status) {
        Optional<String> said = status.map(RunStatus::errorMessage);
        if (said.isPresent()) {
            return "The driver ended with exit code " + exitCode + ": " + said.get();
        }
        return switch (exitCode) {
            case 137 ->
                "The driver was killed (signal 9): by an operator, or by the system for want of memory."
                        + " If it was memory, lower Driver Memory or give the machine more.";
            case 143 -> "The driver was terminated (signal 15) from outside.";
            default -> "The driver ended with exit code " + exitCode + "; the end of its log says why.";
        };
    }
}
