package io.hybridingest.job.source;

import io.hybridingest.job.ledger.TopicState;

/** The topic was deleted while it was read, and perhaps made anew: nothing of the micro-batch is written. */
public final class TopicRemadeException extends RuntimeException {
    /** It is gone. */
    TopicRemadeException(String topic) {
        super("The topic %s was deleted while the stream read it".formatted(topic));
    }

    /** There is another one. */
    TopicRemadeException(TopicState before, String idNow) {
        super("The topic %s was deleted and made anew while the stream read it (its id was %s and is %s)"
                .formatted(before.name(), before.id(), idNow));
    }
}
