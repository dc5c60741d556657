package io.hybridingest.kafka;

import org.apache.nifi.components.DescribedValue;

/** What Kafka promises about a trigger's records. */
public enum Delivery implements DescribedValue {
    TRANSACTIONAL(
            "Transactional",
            "All records of a trigger become visible to read_committed consumers together, or none does. After a restart "
                    + "the new producer fences the old one."),
    IDEMPOTENT(
            "Idempotent",
            "Each record is visible as soon as it is acknowledged. Somewhat cheaper; after a failure some records may be in "
                    + "the topic twice, which the sink sees by their identity.");

    private final String displayName;
    private final String description;

    Delivery(String displayName, String description) {
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
