package io.hybridingest.sandbox;

/** NiFi refused a request, or did not answer it. */
public final class NifiApiException extends RuntimeException {
    private final int status;

    NifiApiException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status; 0 where NiFi did not answer. */
    public int status() {
        return status;
    }
}
