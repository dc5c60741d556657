package io.hybridingest.kafka;

import java.time.Duration;

/**
 * A view on one topic, and on how far the job is with it, that is refreshed in the background. Safe for several threads.
 */
public interface TopicObserver extends AutoCloseable {
    /** What was seen last. Never waits for the network. */
    TopicState latest();

    /**
     * Waits until the cluster was asked once since this view was opened, successfully or not.
     *
     * @param patience how long to wait
     * @return what was seen; {@link TopicState.Unknown} where the patience was too short
     */
    TopicState first(Duration patience);

    /** Gives the view back. Does not wait for the network. */
    @Override
    void close();
}
