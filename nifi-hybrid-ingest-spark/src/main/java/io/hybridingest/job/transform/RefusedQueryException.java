package io.hybridingest.job.transform;

/** A check or a transform that cannot be used, found before any record is read. The message says what to write instead. */
public final class RefusedQueryException extends RuntimeException {
    RefusedQueryException(String message) {
        super(message);
    }

    RefusedQueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
