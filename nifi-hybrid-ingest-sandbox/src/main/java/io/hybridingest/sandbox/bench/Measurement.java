package io.hybridingest.sandbox.bench;

import java.util.Locale;

/**
 * One line of the benchmarks: this project against a named peer, measured in the same run on the same machine, or a figure alone where
 * nobody else does the like.
 *
 * @param name what is measured
 * @param ours this project's figure
 * @param peer the peer's figure, null where there is no peer
 * @param unit unit of both figures
 * @param better which figures are the better ones
 * @param allocation what was allocated, null where nobody counted
 */
record Measurement(String name, double ours, Double peer, String unit, Better better, Allocation allocation) {
    /** More is better. */
    Measurement(String name, double ours, double peer, String unit, Allocation allocation) {
        this(name, ours, peer, unit, Better.MORE, allocation);
    }

    /** More is better. */
    Measurement(String name, double ours, double peer, String unit) {
        this(name, ours, peer, unit, null);
    }

    /** Times, above all. Of the ratio more is better all the same. */
    static Measurement lessIsBetter(String name, double ours, double peer, String unit) {
        return new Measurement(name, ours, peer, unit, Better.LESS, null);
    }

    /** A figure without a peer; less is better. */
    static Measurement alone(String name, double ours, String unit) {
        return new Measurement(name, ours, null, unit, Better.LESS, null);
    }

    /** Which of two figures is better. */
    enum Better {
        MORE,
        LESS
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
        return new Measurement(other, ours, peer, unit, better, allocation);
    }

    /** How many times better than the peer; null where there is none. */
    Double ratio() {
        if (peer == null) {
            return null;
        }
        return better == Better.MORE ? ours / peer : peer / ours;
    }

    String line() {
        if (peer == null) {
            return format("%s ours=%.2f (%s)", name, ours, unit);
        }
        if (better == Better.LESS) {
            return format(
                    "%s ours=%.2f peer=%.2f ratio=%.2f (%s) difference: %.2f",
                    name, ours, peer, ratio(), unit, ours - peer);
        }
        String line = format("%s ours=%.0f peer=%.0f ratio=%.2f (%s)", name, ours, peer, ratio(), unit);
        return allocation == null
                ? line
                : line
                        + format(
                                " allocated: ours %.0f, peer %.0f (bytes/record)",
                                allocation.ours(), allocation.peer());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
