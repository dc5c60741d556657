package io.hybridingest.bench.launch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The drivers that this JVM launched: it has no other children. Not thread-safe. */
final class Drivers {
    private final Set<Long> known = new HashSet<>();

    /** Those that were launched since the last time somebody asked. */
    List<ProcessHandle> launched() {
        return ProcessHandle.current()
                .children()
                .filter(child -> known.add(child.pid()))
                .toList();
    }

    /** Kills whatever of them and of what they started is left, and waits until it is gone. */
    static void end() {
        List<ProcessHandle> left = ProcessHandle.current().descendants().toList();
        left.forEach(ProcessHandle::destroyForcibly);
        left.forEach(process -> process.onExit().join());
    }
}
