package io.hybridingest.launch;

import java.util.Arrays;
import java.util.Optional;

/** What an application says about itself in {@code status.json}. A final state still needs the process to be gone. */
public enum RunState {
    STARTING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    STOPPED;

    /** Whether the application itself will not change this state any more. */
    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED || this == STOPPED;
    }

    /** The state of that name; empty for a name that this version does not know, which is never taken for success. */
    static Optional<RunState> named(String name) {
        return Arrays.stream(values())
                .filter(state -> state.name().equals(name))
                .findFirst();
    }
}
