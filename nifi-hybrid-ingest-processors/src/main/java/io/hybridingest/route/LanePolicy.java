package io.hybridingest.route;

import io.hybridingest.pipeline.EventTime;
import java.time.Instant;
import java.util.List;

/**
 * Which lane a record takes: by how far its event time is from the clock, unless an override says otherwise. Immutable and
 * safe to share between threads.
 *
 * @param eventTime the pipeline's event time and its limits
 * @param overrides in the order in which they are tried; the first that holds wins
 */
public record LanePolicy(EventTime eventTime, List<LaneOverride> overrides) {
    public LanePolicy {
        overrides = List.copyOf(overrides);
    }

    /** The lanes as they are at one moment: content that is read twice has to be decided the same way twice. */
    public Lanes at(Instant now) {
        return new Lanes(this, now);
    }
}
