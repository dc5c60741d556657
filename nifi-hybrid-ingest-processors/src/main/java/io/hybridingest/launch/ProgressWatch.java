package io.hybridingest.launch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Notices a stream that lives and does not get on: no micro-batch has ended for a while, and more records wait than at its
 * last. One that has nothing to do makes no progress either and is well. Not thread-safe.
 */
final class ProgressWatch {
    private final Duration patience;
    private final Supplier<OptionalLong> lag;
    private long size = -1;
    private Instant movedAt;
    private OptionalLong lagThen = OptionalLong.empty();

    /**
     * @param patience how long no micro-batch may end while the lag grows, null for ever
     * @param lag records that wait, empty while that is not known; must not block
     */
    ProgressWatch(Duration patience, Supplier<OptionalLong> lag) {
        this.patience = patience;
        this.lag = lag;
    }

    /**
     * A stream that does not get on.
     *
     * @param idle how long no micro-batch has ended
     * @param records that wait
     * @param before records that waited after the last one
     */
    record Stuck(Duration idle, long records, long before) {
        String words() {
            return "no micro-batch has ended for " + idle.toSeconds()
                    + " seconds, while the records that wait grew from " + before + " to " + records;
        }
    }

    void restart() {
        size = -1;
    }

    /** One look. */
    Optional<Stuck> look(RunDirectory directory, Instant now) throws IOException {
        OptionalLong waiting = lag.get();
        long found = directory.progressSize();
        if (found != size || lagThen.isEmpty()) {
            size = found;
            movedAt = now;
            lagThen = waiting;
            return Optional.empty();
        }
        Duration idle = Duration.between(movedAt, now);
        boolean late = patience != null && idle.compareTo(patience) >= 0;
        return late && waiting.isPresent() && waiting.getAsLong() > lagThen.getAsLong()
                ? Optional.of(new Stuck(idle, waiting.getAsLong(), lagThen.getAsLong()))
                : Optional.empty();
    }
}
