package io.hybridingest.kafka;

/** Content that holds no prepared records of the pipeline; the message is a sentence that says why and what to do. */
public final class UnreadableContentException extends Exception {
    UnreadableContentException(String message, Throwable cause) {
        super(message, cause);
    }
}
