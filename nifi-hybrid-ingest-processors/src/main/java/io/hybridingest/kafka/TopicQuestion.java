package io.hybridingest.kafka;

import java.util.Objects;

/**
 * What to watch.
 *
 * @param topic name of the topic
 * @param group consumer group under which the job publishes how far the table is
 * @param creation how to make the topic where it does not exist; null to leave that to people
 */
public record TopicQuestion(String topic, String group, NewTopicSettings creation) {
    public TopicQuestion {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(group, "group");
    }
}
