package io.hybridingest.sandbox.flow;

import java.util.Set;

/**
 * How NiFi runs a processor.
 *
 * @param period time between two runs, {@code 0 sec} for "as soon as there is work"
 * @param autoTerminated relationships whose FlowFiles have done their duty
 * @param runOnPrimaryNode whether only one node of a cluster runs it
 */
record ProcessorSettings(String period, Set<String> autoTerminated, boolean runOnPrimaryNode) {
    static ProcessorSettings whenThereIsWork(String... autoTerminated) {
        return new ProcessorSettings("0 sec", Set.of(autoTerminated), false);
    }

    static ProcessorSettings onceACluster(String period, String... autoTerminated) {
        return new ProcessorSettings(period, Set.of(autoTerminated), true);
    }
}
