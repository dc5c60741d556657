package io.hybridingest.nifi.processors;

import io.hybridingest.launch.LaunchLedger;
import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.components.state.StateMap;

/**
 * The ledger of launches in NiFi's cluster state. Thread-safe.
 *
 * @param manager of the processor's state
 * @param isShared whether NiFi is one node of several
 */
record ClusterState(StateManager manager, boolean isShared) implements LaunchLedger.Store {
    private static final int ATTEMPTS = 5;

    @Override
    public Map<String, String> read() throws IOException {
        return manager.getState(Scope.CLUSTER).toMap();
    }

    @Override
    public void update(UnaryOperator<Map<String, String>> change) throws IOException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            StateMap before = manager.getState(Scope.CLUSTER);
            Map<String, String> after = change.apply(before.toMap());
            if (manager.replace(before, after, Scope.CLUSTER)) {
                return;
            }
        }
        throw new IOException("Another node keeps changing this processor's cluster state."
                + " Check that the cluster agrees on one primary node.");
    }
}
