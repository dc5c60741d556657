package io.hybridingest.sandbox.bench;

/**
 * Which measurements are wanted: those whose names begin with a prefix that ends where a part of a name does, such as {@code route} or
 * {@code preprocess.vs-loop.flights-csv}.
 *
 * @param prefix empty for all
 */
public record Selection(String prefix) {
    public Selection {
        prefix = prefix.strip();
    }

    /** Whether a measurement is wanted. */
    boolean includes(String name) {
        return prefix.isEmpty() || name.equals(prefix) || name.startsWith(prefix + ".");
    }

    /** Whether any measurement may be wanted whose name begins with the group's. */
    boolean touches(String group) {
        return includes(group) || prefix.startsWith(group + ".");
    }
}
