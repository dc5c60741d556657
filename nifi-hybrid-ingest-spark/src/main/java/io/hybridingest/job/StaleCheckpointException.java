package io.hybridingest.job;

/** The checkpoint is of a table that is gone. */
final class StaleCheckpointException extends RuntimeException {
    StaleCheckpointException(Object checkpoint, String table) {
        super(
                "There is no table at %s, and yet the checkpoint %s says that records are in it: they would be missing. Restore the table, or delete the checkpoint to read everything again."
                        .formatted(table, checkpoint));
    }
}
