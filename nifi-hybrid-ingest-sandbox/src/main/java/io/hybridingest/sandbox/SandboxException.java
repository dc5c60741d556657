package io.hybridingest.sandbox;

/** Something the sandbox needs is missing or did not come up; the message says what, and what to do about it. */
public final class SandboxException extends RuntimeException {
    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
