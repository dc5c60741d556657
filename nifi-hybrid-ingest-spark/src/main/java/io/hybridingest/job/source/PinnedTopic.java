package io.hybridingest.job.source;

import io.hybridingest.job.ledger.TopicState;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The very topic that a stream began to read. Offsets mean nothing in another one of the same name, and Spark would read on
 * in silence where that one is longer already.
 *
 * @param topic asks the brokers
 * @param state the topic as it was when the stream began
 */
public record PinnedTopic(KafkaTopic topic, TopicState state) {
    /** Topic → id, as commits keep it. */
    public SortedMap<String, String> ids() {
        return new TreeMap<>(Map.of(state.name(), state.id()));
    }

    /**
     * Makes sure that what was read came from this topic; to be asked between reading and writing.
     *
     * @throws TopicRemadeException where there is another one, or none
     */
    public void require() throws InterruptedException {
        String now = topic.id().orElseThrow(() -> new TopicRemadeException(state.name()));
        if (!now.equals(state.id())) {
            throw new TopicRemadeException(state, now);
        }
    }
}
