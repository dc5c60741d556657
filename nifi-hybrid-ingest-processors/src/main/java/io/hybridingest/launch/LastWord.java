package io.hybridingest.launch;

import java.io.IOException;
import java.util.Optional;

/** What a living driver said last, read again only where it has written since. Not thread-safe. */
final class LastWord {
    private RunDirectory directory;
    private FileStamp stamp;
    private Optional<RunStatus> status;

    /** The driver's status. Of one that has ended ask the run directory: it may have written twice in one instant. */
    Optional<RunStatus> in(RunDirectory asked) throws IOException {
        // Before the file is read: what is written meanwhile is read next time.
        FileStamp now = asked.statusStamp();
        if (!now.equals(stamp) || !asked.equals(directory)) {
            status = asked.status();
            stamp = now;
            directory = asked;
        }
        return status;
    }
}
