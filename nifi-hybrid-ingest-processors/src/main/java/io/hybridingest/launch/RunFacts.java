package io.hybridingest.launch;

import java.util.Objects;

/**
 * What is known of a run at one moment.
 *
 * @param launchId name of the launch
 * @param directory of the launch
 * @param interval that it answers for, null for none
 * @param status the driver's last word, null before the first
 * @param exitCode of the driver, null while it lives or where it cannot be known
 */
public record RunFacts(
        String launchId, RunDirectory directory, DataInterval interval, RunStatus status, Integer exitCode) {
    public RunFacts {
        Objects.requireNonNull(launchId, "launchId");
        Objects.requireNonNull(directory, "directory");
    }

    /** Whether it is known that the application goes on no more. */
    public boolean hasEnded() {
        return exitCode != null || status != null && status.state().isFinal();
    }
}
