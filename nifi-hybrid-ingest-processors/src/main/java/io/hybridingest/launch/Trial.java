package io.hybridingest.launch;

import java.util.Objects;

/**
 * What came of trying one thing that a launch needs.
 *
 * @param result of it
 * @param explanation in words, with what to do where it failed
 */
public record Trial(Result result, String explanation) {
    /** Unknown is never success. */
    public enum Result {
        PASSED,
        FAILED,
        NOT_TRIED
    }

    public Trial {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(explanation, "explanation");
    }

    static Trial passed(String explanation) {
        return new Trial(Result.PASSED, explanation);
    }

    static Trial failed(String explanation) {
        return new Trial(Result.FAILED, explanation);
    }

    static Trial notTried(String explanation) {
        return new Trial(Result.NOT_TRIED, explanation);
    }
}
