package io.hybridingest.route;

import org.apache.nifi.components.DescribedValue;

/** What a record is late against. */
public enum LatenessReference implements DescribedValue {
    WALL_CLOCK("Wall Clock", "A record is late when its event time is more than late-after before this node's clock."),
    NEWEST_EVENT_TIME(
            "Newest Event Time",
            "A record is late when its event time is more than late-after before the newest event time that this node has"
                    + " seen: for replays and backfills, whose records are all old by the clock. Kept in the processor's state.");

    private final String displayName;
    private final String description;

    LatenessReference(String displayName, String description) {
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return displayName;
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
