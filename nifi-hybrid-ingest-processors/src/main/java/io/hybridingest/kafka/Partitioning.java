package io.hybridingest.kafka;

import org.apache.nifi.components.DescribedValue;

/** How the partition, and the key, of a record's message are chosen. */
public enum Partitioning implements DescribedValue {
    IDENTITY(
            "Identity",
            "The key is the record's identity: copies of one record meet in one partition, and records spread evenly."),
    RECORD_PATH(
            "Record Path",
            "The key is the value of another field, such as an account: all its records keep their order in one partition."),
    STICKY("Sticky", "No key: fills one partition's batch after the other, which gives the largest batches."),
    SPREAD(
            "Spread",
            "The key is the value of another field, but its records are spread over several partitions, for values so "
                    + "frequent that one partition cannot hold them.");

    private final String displayName;
    private final String description;

    Partitioning(String displayName, String description) {
        this.displayName = displayName;
        this.description = description;
    }

    /** Whether another field than the identity gives the key. */
    public boolean usesField() {
        return this == RECORD_PATH || this == SPREAD;
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
