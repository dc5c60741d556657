package io.hybridingest.route;

import java.util.Locale;

/** Where a record goes. */
public enum Lane {
    /** Through Kafka, to the table within seconds. */
    STREAM,
    /** Through landing files, to the table with the next batch run. */
    BATCH,
    /** Into quarantine. */
    INVALID;

    /** The name that attributes and relationships use. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
