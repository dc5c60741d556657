package io.hybridingest.job.ledger;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic as the brokers describe it.
 *
 * @param name name
 * @param id what Kafka gave it when it was made; a topic that is made anew under the same name has another one
 * @param beginnings partition → first offset that is still there
 * @param ends partition → offset that the next record gets
 */
public record TopicState(String name, String id, SortedMap<Integer, Long> beginnings, SortedMap<Integer, Long> ends) {
    public TopicState {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(id, "id");
        beginnings = Collections.unmodifiableSortedMap(new TreeMap<>(beginnings));
        ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
    }
}
