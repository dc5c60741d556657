package io.hybridingest.job.ledger;

import java.util.Optional;

/**
 * Watches whether the quarantine table still has what one lane has brought. Its commits alone cannot say so: where none is left, nothing may have been
 * refused. Safe for use by several threads.
 */
public final class QuarantineWatch {
    /** The version that makes the table: nothing can be lost of it. */
    private static final long EMPTY = 0;

    private final String tableId;
    private final TableLedger ledger;

    /**
     * @param tableId the id that Delta gave the quarantine table
     * @param ledger ledger of the quarantine table and of the lane
     */
    public QuarantineWatch(String tableId, TableLedger ledger) {
        this.tableId = tableId;
        this.ledger = ledger;
    }

    /**
     * That the quarantine table lacks what it had.
     *
     * @param isOtherTable whether it was deleted and made anew, or else set back
     * @param newest the lane's newest commit that is left in it
     */
    public record SetBack(boolean isOtherTable, Optional<CommitMetadata> newest) {}

    /**
     * What the lane's next commit to the table is to say of the quarantine table.
     *
     * @throws FencedException where a newer run has written
     * @throws TableRestoredException where the quarantine table was set back since it was opened
     */
    public QuarantineMark mark(long epoch) {
        ledger.requireNewest(epoch);
        return new QuarantineMark(tableId, ledger.asOf());
    }

    /**
     * Whether the quarantine table was set back or made anew since a commit to the table.
     *
     * @param commit the lane's newest commit in the table; one that says nothing of the quarantine table is taken to agree
     */
    public Optional<SetBack> since(Optional<CommitMetadata> commit) {
        return commit.map(CommitMetadata::quarantine).flatMap(this::since);
    }

    private Optional<SetBack> since(QuarantineMark mark) {
        if (mark.version() == EMPTY) {
            return Optional.empty();
        }
        if (!mark.tableId().equals(tableId)) {
            return Optional.of(new SetBack(true, Optional.empty()));
        }
        // A log that is shorter than it was comes from a backup.
        return ledger.asOf() < mark.version() || ledger.isRestoredSince(mark.version())
                ? Optional.of(new SetBack(false, ledger.newest()))
                : Optional.empty();
    }
}
