package io.hybridingest.route;

import io.hybridingest.pipeline.EventTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Which lane a record takes: by how far its event time is from now or from the newest event time, unless an override says
 * otherwise. Immutable and safe to share between threads.
 *
 * @param eventTime the pipeline's event time and its limits
 * @param reference what records are late against
 * @param overrides in the order in which they are tried; the first that holds wins
 */
public record LanePolicy(EventTime eventTime, LatenessReference reference, List<LaneOverride> overrides) {
    public LanePolicy {
        Objects.requireNonNull(reference, "reference");
        overrides = List.copyOf(overrides);
    }

    /**
     * The lanes of one content.
     *
     * @param now what the clock says; it does not move while the content is read
     * @param newestEventMicros the newest event time seen before the content, in microseconds since the epoch; empty where there
     *     was none. Without meaning where records are late against the clock
     */
    public Lanes at(Instant now, OptionalLong newestEventMicros) {
        return new Lanes(this, now, newestEventMicros);
    }
}
