package io.hybridingest.job.ledger;

/** The table was set back to an earlier version while a run wrote to it: what came between is not in it any more. */
public final class TableRestoredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TableRestoredException(String table, long version) {
        super(
                "Version %d of %s is a RESTORE: the table has lost what it got after the version that it was set back to. Start again: the stream goes on where the table ends now; what the batch lane had brought comes back by --mode backfill"
                        .formatted(version, table));
    }
}
