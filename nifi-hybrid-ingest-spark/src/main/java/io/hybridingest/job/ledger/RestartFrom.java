package io.hybridingest.job.ledger;

import java.util.Locale;

/** Where a stream is told to begin, whatever its checkpoint says. Neither loses a record. */
public enum RestartFrom {
    /** Where the table ends. */
    TABLE,
    /** At the first record that the topic still has. What the table has is not inserted again. */
    EARLIEST;

    /** As the option spells it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
