package io.hybridingest.sandbox.bench;

import java.util.Locale;

/**
 * One line of the benchmarks: this project against a named peer, measured in the same run on the same machine.
 *
 * @param name what is measured
 * @param ours this project's figure
 * @param peer the peer's figure
 * @param unit unit of both figures, more is better
 * @param allocation what was allocated, null where nobody counted
 */
record Measurement(String name, double ours, double peer, String unit, Allocation allocation) {
    Measurement(String name, double ours, double peer, String unit) {
        this(name, ours, peer, unit, null);
    }

    /**
     * Bytes allocated for one record, less is better.
     *
     * @param ours by this project
     * @param peer by the peer
     */
    record Allocation(double ours, double peer) {}

    /** The same under another name. */
    Measurement named(String other) {
        return new Measurement(other, ours, peer, unit, allocation);
    }

    double ratio() {
        return ours / peer;
    }

    String line() {
        String line =
                String.format(Locale.ROOT, "%s ours=%.0f peer=%.0f ratio=%.2f (%s)", name, ours, peer, ratio(), unit);
        return allocation == null
                ? line
                : line
                        + String.format(
                                Locale.ROOT,
                                " allocated: ours %.0f, peer %.0f (bytes/record)",
                                allocation.ours(),
                                allocation.peer());
    }
}
