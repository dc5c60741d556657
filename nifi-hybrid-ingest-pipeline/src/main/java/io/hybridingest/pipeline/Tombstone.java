package io.hybridingest.pipeline;

import java.time.Duration;
import java.util.Objects;

/**
 * How records delete rows, with {@code write: upsert}.
 *
 * @param column boolean column of the transform's result: true where the record deletes the row of its identity
 * @param retention how long the marker of a deleted row is kept, so that no older record brings the row back
 */
public record Tombstone(String column, Duration retention) {
    /** Retention where a definition says nothing. */
    static final Duration DEFAULT_RETENTION = Duration.ofDays(30);

    public Tombstone {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(retention, "retention");
    }
}
