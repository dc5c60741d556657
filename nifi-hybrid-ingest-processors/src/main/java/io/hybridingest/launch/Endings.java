package io.hybridingest.launch;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs that are being brought to their end, before anything else may be launched. Not thread-safe. */
final class Endings {
    private final List<Ending> pending = new ArrayList<>();

    void add(Ending ending) {
        pending.add(ending);
    }

    /** Takes one look at each; true once nothing is left. */
    boolean advance(Instant now) throws IOException {
        for (Iterator<Ending> next = pending.iterator(); next.hasNext(); ) {
            if (next.next().advance(now)) {
                next.remove();
            }
        }
        return pending.isEmpty();
    }

    void clear() {
        pending.clear();
    }
}
