package io.hybridingest.route;

import java.util.Map;

/** What became of a content. */
public sealed interface Routing {
    /** There were no records. */
    record Empty() implements Routing {}

    /** All records take one lane, {@link Lane#STREAM} or {@link Lane#BATCH}: the content can go as it is. */
    record Whole(Lane lane, Tally tally) implements Routing {}

    /**
     * The records are in the outputs of their lanes.
     *
     * @param tallies tally of the stream and of the batch lane, as far as they have records
     */
    record Split(Map<Lane, Tally> tallies) implements Routing {
        public Split {
            tallies = Map.copyOf(tallies);
        }
    }

    /** Of a content whose records have been tallied by lane, {@code invalid} of them in none. */
    static Routing of(Map<Lane, Tally> tallies, long invalid) {
        if (invalid > 0 || tallies.size() > 1) {
            return new Split(tallies);
        }
        return tallies.entrySet().stream()
                .<Routing>map(only -> new Whole(only.getKey(), only.getValue()))
                .findFirst()
                .orElseGet(Empty::new);
    }
}
