package io.hybridingest.bench;

import org.apache.nifi.util.MockComponentLog;

/**
 * Forgets what the mock framework's log would keep: every message with its arguments, FlowFiles and their contents among them. What goes
 * wrong is still told.
 */
final class QuietLog extends MockComponentLog {
    QuietLog(Object component) {
        super(component.getClass().getSimpleName(), component);
    }

    @Override
    public boolean isInfoEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public void info(String message) {
        // Forgotten.
    }

    @Override
    public void info(String message, Object... arguments) {
        // Forgotten.
    }

    @Override
    public void info(String message, Throwable cause) {
        // Forgotten.
    }

    @Override
    public void debug(String message) {
        // Forgotten.
    }

    @Override
    public void debug(String message, Object... arguments) {
        // Forgotten.
    }

    @Override
    public void debug(String message, Throwable cause) {
        // Forgotten.
    }
}
