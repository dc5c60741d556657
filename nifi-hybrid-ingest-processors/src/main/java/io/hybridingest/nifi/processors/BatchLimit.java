package io.hybridingest.nifi.processors;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How much one transaction takes, whichever comes first: records, FlowFiles, bytes, time. For one thread. */
final class BatchLimit {
    private static final int FLOW_FILES = 1000;
    private static final long BYTES = 64L * 1024 * 1024;
    private static final Duration TIME = Duration.ofSeconds(1);

    private final long maximumRecords;
    private final Clock clock;
    private final Instant started;
    private long records;
    private long bytes;
    private int flowFiles;

    BatchLimit(long maximumRecords, Clock clock) {
        this.maximumRecords = maximumRecords;
        this.clock = clock;
        this.started = clock.instant();
    }

    void add(long moreRecords, long moreBytes) {
        records += moreRecords;
        bytes += moreBytes;
        flowFiles++;
    }

    boolean reached() {
        return records >= maximumRecords
                || bytes >= BYTES
                || flowFiles >= FLOW_FILES
                || Duration.between(started, clock.instant()).compareTo(TIME) > 0;
    }
}
