package io.hybridingest.job.ledger;

/** A newer launch of the same lane has written to the table: this one must not. */
public final class FencedException extends RuntimeException {
    FencedException(String table, CommitMetadata newer, long version, long epoch) {
        super(
                "Version %d of %s was written by epoch %d of the %s lane of pipeline %s; this run is epoch %d and stops before it writes. Started by hand? Pass --conf spark.hybridingest.epoch=%d or more, and be sure that no other run is alive."
                        .formatted(
                                version,
                                table,
                                newer.epoch(),
                                newer.lane().label(),
                                newer.pipeline(),
                                epoch,
                                newer.epoch()));
    }
}
