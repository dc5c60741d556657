package io.hybridingest.sandbox.bench;

import java.util.Locale;

/**
 * One line of the benchmarks: this project against a named peer, measured in the same run on the same machine.
 *
 * @param name what is measured
 * @param ours this project's figure
 * @param peer the peer's figure
 * @param unit unit of both figures, more is better
 */
record Measurement(String name, double ours, double peer, String unit) {
    double ratio() {
        return ours / peer;
    }

    String line() {
        return String.format(Locale.ROOT, "%s ours=%.0f peer=%.0f ratio=%.2f (%s)", name, ours, peer, ratio(), unit);
    }
}
