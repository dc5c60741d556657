package io.hybridingest.launch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A ledger that outlives a supervisor, as NiFi's state does. */
final class MemoryStore implements LaunchLedger.Store {
    private Map<String, String> entries = new HashMap<>();
    private boolean shared = true;

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
        entries = new HashMap<>(change.apply(Map.copyOf(entries)));
    }
}
