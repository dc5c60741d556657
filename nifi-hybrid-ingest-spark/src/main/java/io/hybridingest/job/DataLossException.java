package io.hybridingest.job;

/** Records that the table does not have are gone from the topic, and nobody has accepted it. */
final class DataLossException extends RuntimeException {
    DataLossException(String message) {
        super(message
                + " Send the missing records again through the batch lane if you have them. To go on without them start once with --accept-loss (or "
                + JobSettings.ACCEPT_DATA_LOSS
                + "=true): the table's log keeps what was accepted.");
    }
}
