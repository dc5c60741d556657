package io.hybridingest.job.sink;

/** The table cannot take what the pipeline gives. The message says what to do. */
public final class RefusedTableException extends RuntimeException {
    RefusedTableException(String message) {
        super(message);
    }
}
