package io.hybridingest.job;

/** The command line cannot be understood. The message says which option is at fault. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
