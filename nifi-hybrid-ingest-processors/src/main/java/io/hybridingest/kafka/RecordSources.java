package io.hybridingest.kafka;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Gives out, one by one, the sources that are to be published as one unit. Called, as the contents of the sources are read,
 * by a thread of the publisher, which is done before publishing ends; nothing else may use what they lie in meanwhile.
 */
@FunctionalInterface
public interface RecordSources {
    /**
     * The next source. Asked for only once the one before is read; its last records may not have been handed to Kafka's client yet.
     *
     * @param records number of records in the sources given out so far
     * @return empty where the unit is large enough, or none is left
     */
    Optional<RecordSource> next(long records);

    /** Sources that are all there already. */
    static RecordSources of(List<RecordSource> sources) {
        Iterator<RecordSource> left = sources.iterator();
        return records -> left.hasNext() ? Optional.of(left.next()) : Optional.empty();
    }
}
