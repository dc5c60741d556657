package io.hybridingest.nifi.processors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How much one transaction takes, whichever comes first.
 *
 * @param records number of records
 * @param bytes size of the FlowFiles
 * @param time since the first FlowFile was taken
 */
record BatchLimit(long records, long bytes, Duration time) {
    /** Keeps what a session has to remember within bounds, however small the FlowFiles are. */
    private static final int FLOW_FILES = 25_000;

    /** Begins to count. */
    Count begin(Clock clock) {
        return new Count(this, clock);
    }

    /** What was taken so far. For one thread. */
    static final class Count {
        private final BatchLimit limit;
        private final Clock clock;
        private final Instant started;
        private long bytes;
        private int flowFiles;

        private Count(BatchLimit limit, Clock clock) {
            this.limit = limit;
            this.clock = clock;
            this.started = clock.instant();
        }

        void add(long moreBytes) {
            bytes += moreBytes;
            flowFiles++;
        }

        /** @param records number of records so far */
        boolean reached(long records) {
            Duration lasted = Duration.between(started, clock.instant());
            // A clock that was set back says nothing any more.
            return records >= limit.records
                    || bytes >= limit.bytes
                    || flowFiles >= FLOW_FILES
                    || lasted.isNegative()
                    || lasted.compareTo(limit.time) >= 0;
        }
    }
}
