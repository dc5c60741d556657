package io.hybridingest.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Collects what is different between two definitions. Not safe to share between threads. */
final class DefinitionChanges {
    private final List<DefinitionChange> breaks = new ArrayList<>();
    private final List<DefinitionChange> notes = new ArrayList<>();

    void breaks(String path, String problem, String remedy) {
        breaks.add(new DefinitionChange(path, problem, remedy));
    }

    void note(String path, String problem, String remedy) {
        notes.add(new DefinitionChange(path, problem, remedy));
    }

    boolean compatible() {
        return breaks.isEmpty();
    }

    Compatibility result() {
        return new Compatibility(breaks, notes);
    }
}
