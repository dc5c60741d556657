package io.hybridingest.launch;

import org.apache.nifi.components.DescribedValue;

/** What becomes of work that falls due while a run is under way. */
public enum Overlap implements DescribedValue {
    FORBID(
            "forbid",
            "Forbid",
            "It waits until the run has ended. Intervals that completed meanwhile are missed ones, for which Missed Intervals"
                    + " decides."),
    QUEUE(
            "queue",
            "Queue",
            "It waits until the run has ended. Each interval that completed meanwhile gets a run of its own, oldest first,"
                    + " whatever Missed Intervals says."),
    REPLACE(
            "replace",
            "Replace",
            "The run is ended. For intervals, the new run answers for the replaced one's interval too, so that none is left"
                    + " out; a run that always takes longer than an interval never ends. For FlowFiles, the newest in the"
                    + " queue is run, and the others go to failure.");

    private final String value;
    private final String displayName;
    private final String description;

    Overlap(String value, String displayName, String description) {
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
