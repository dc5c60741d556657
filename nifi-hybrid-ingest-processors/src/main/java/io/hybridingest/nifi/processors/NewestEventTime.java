package io.hybridingest.nifi.processors;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;

/**
 * The newest event time that a processor has seen, kept in its local state. Only ever moves forward, however many tasks move it.
 * Thread-safe.
 */
final class NewestEventTime {
    /** Key in the state, whose value is an ISO-8601 instant: people look at it. */
    static final String KEY = "newest.event.time";

    private final StateManager state;
    private volatile OptionalLong micros;

    private NewestEventTime(StateManager state, OptionalLong micros) {
        this.state = state;
        this.micros = micros;
    }

    /**
     * Takes it from the state.
     *
     * @throws IOException where the state cannot be read, or holds something else
     */
    static NewestEventTime from(StateManager state) throws IOException {
        String text = state.getState(Scope.LOCAL).get(KEY);
        try {
            return new NewestEventTime(
                    state,
                    text == null
                            ? OptionalLong.empty()
                            : OptionalLong.of(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text))));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IOException(
                    "The processor's state has '" + text + "' as " + KEY + ". Clear the processor's state.", e);
        }
    }

    /** In microseconds since the epoch, empty where no event time was seen yet. */
    OptionalLong micros() {
        return micros;
    }

    /**
     * Moves forward to an event time, if it is newer.
     *
     * @throws IOException where the state cannot be written; it is written with the next move then
     */
    synchronized void advance(OptionalLong seen) throws IOException {
        if (seen.isEmpty() || micros.isPresent() && seen.getAsLong() <= micros.getAsLong()) {
            return;
        }
        micros = seen;
        state.setState(
                Map.of(
                        KEY,
                        Instant.EPOCH.plus(seen.getAsLong(), ChronoUnit.MICROS).toString()),
                Scope.LOCAL);
    }
}
