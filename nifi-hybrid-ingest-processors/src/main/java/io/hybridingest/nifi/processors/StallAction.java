package io.hybridingest.nifi.processors;

import org.apache.nifi.components.DescribedValue;

/** What becomes of a stream that lives and does not get on. */
enum StallAction implements DescribedValue {
    WARN("warn", "Warn", "A bulletin says so, once for each stall. A long micro-batch is left to finish."),
    RESTART(
            "restart",
            "Restart",
            "The application is ended and launched again; that counts as a death and is told to failure. A micro-batch that takes"
                    + " longer than Stalled Triggers allow is begun anew each time, so allow for the longest.");

    private final String value;
    private final String displayName;
    private final String description;

    StallAction(String value, String displayName, String description) {
        this.value = value;
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return value;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
