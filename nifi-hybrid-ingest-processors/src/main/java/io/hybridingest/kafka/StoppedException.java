package io.hybridingest.kafka;

import org.apache.kafka.common.KafkaException;

/** Publishing was ended from outside, because the processor stops. */
final class StoppedException extends KafkaException {
    StoppedException() {
        super("Publishing was stopped: what was not acknowledged stays queued and is sent again");
    }
}
