package io.hybridingest.job.ledger;

import java.util.Locale;

/** The way that a record took into the table; its {@link #label()} is a value of the column {@code _ingest_lane}. */
public enum Lane {
    STREAM,
    BATCH,
    /** Out of quarantine, by hand. */
    REPLAY,
    /** A window of event time once more, by hand. */
    BACKFILL,
    /** No record takes it: compaction and cleaning. */
    MAINTAIN;

    /** The lane as options, commit metadata and the table spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
