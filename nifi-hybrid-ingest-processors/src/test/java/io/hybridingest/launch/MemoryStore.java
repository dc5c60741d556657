package io.hybridingest.launch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A ledger that outlives a supervisor, as NiFi's state does. */
final class MemoryStore implements LaunchLedger.Store {
    private Map<String, String> entries = new HashMap<>();
    private boolean shared = true;
    private int writesLeft;
    private boolean written;

    /** The end of a NiFi, as far as its own code can tell. */
    static final class Killed extends RuntimeException {}

    /** Kills whoever writes for the so-manieth time. @param done whether that is still written */
    void killAt(int write, boolean done) {
        writesLeft = write;
        written = done;
    }

    /** As the state of a NiFi that stands alone. */
    void standAlone() {
        shared = false;
    }

    @Override
    public boolean isShared() {
        return shared;
    }

    @Override
    public Map<String, String> read() {
        return Map.copyOf(entries);
    }

    @Override
    public void update(UnaryOperator<Map<String, String>> change) {
        boolean killed = --writesLeft == 0;
        if (killed && !written) {
            throw new Killed();
        }
        entries = new HashMap<>(change.apply(Map.copyOf(entries)));
        if (killed) {
            throw new Killed();
        }
    }
}
