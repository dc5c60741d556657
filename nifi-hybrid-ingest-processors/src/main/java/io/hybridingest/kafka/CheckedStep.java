package io.hybridingest.kafka;

import java.util.Objects;

/**
 * One step of a verification, for people to read.
 *
 * @param name what was tried
 * @param outcome how it ended
 * @param explanation what was found; for a failure also what to do about it
 * @param cause what a client reported, for the log; null where nothing was
 */
public record CheckedStep(String name, Outcome outcome, String explanation, Throwable cause) {
    /** How a step ended. */
    public enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    public CheckedStep {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(explanation, "explanation");
    }

    public static CheckedStep passed(String name, String explanation) {
        return new CheckedStep(name, Outcome.PASSED, explanation, null);
    }

    /** @param cause null where no client reported anything */
    public static CheckedStep failed(String name, String explanation, Throwable cause) {
        return new CheckedStep(name, Outcome.FAILED, explanation, cause);
    }

    public static CheckedStep skipped(String name, String explanation) {
        return new CheckedStep(name, Outcome.SKIPPED, explanation, null);
    }
}
