package io.hybridingest.route;

import io.hybridingest.record.UnreadableContentException;

/** What is known of a content before anything of it is copied. */
public sealed interface Survey {
    /** There are no records. */
    record Empty() implements Survey {}

    /** All records take one lane, {@link Lane#STREAM} or {@link Lane#BATCH}: the content can go as it is. */
    record Uniform(Lane lane, Tally tally) implements Survey {}

    /** The content has to be split. */
    record Mixed() implements Survey {}

    /**
     * Surveys records, no further than to the first that shows that they have to be split.
     *
     * @throws UnreadableContentException where the content is malformed
     */
    static Survey of(RoutableRecords<?> records, Lanes lanes) throws UnreadableContentException {
        Lane only = null;
        Tally tally = new Tally();
        while (records.next()) {
            Lane lane = lanes.laneOf(records);
            if (lane == Lane.INVALID || only != null && lane != only) {
                return new Mixed();
            }
            only = lane;
            tally.add(records.eventMicros().orElseThrow());
        }
        return only == null ? new Empty() : new Uniform(only, tally);
    }
}
