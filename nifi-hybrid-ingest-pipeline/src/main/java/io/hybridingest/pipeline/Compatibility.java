package io.hybridingest.pipeline;

import java.util.List;

/**
 * Whether a newer definition may follow a definition.
 *
 * @param breaks what makes records of the older definition unreadable, changes what they mean, or gives the same record another
 *     identity; empty where the newer definition may follow
 * @param notes what is worth knowing and breaks nothing
 */
public record Compatibility(List<DefinitionChange> breaks, List<DefinitionChange> notes) {
    public Compatibility {
        breaks = List.copyOf(breaks);
        notes = List.copyOf(notes);
    }

    /** Whether nothing breaks. */
    public boolean compatible() {
        return breaks.isEmpty();
    }
}
