package io.hybridingest.record;

import java.io.IOException;

/** Content that cannot be read as records: reading it again will not help. */
public sealed class UnreadableContentException extends IOException permits PassedOverException {
    public UnreadableContentException(String message, Throwable cause) {
        super(message, cause);
    }

    public UnreadableContentException(String message) {
        super(message);
    }
}
