package io.hybridingest.job;

/** A checkpoint is not the table's: going on with it would leave out records in silence. */
final class StaleCheckpointException extends RuntimeException {
    StaleCheckpointException(Object checkpoint, String table) {
        super(
                "There is no table at %s, and yet the checkpoint %s says that records are in it: they would be missing. Restore the table, or delete the checkpoint to read everything again."
                        .formatted(table, checkpoint));
    }

    StaleCheckpointException(String message) {
        super(
                message
                        + " Point spark.hybridingest.checkpoint at this pipeline's own checkpoint, or start once with --restart-from table, for a new checkpoint that begins where the table ends, or --restart-from earliest, for one that reads again what the topic has.");
    }
}
