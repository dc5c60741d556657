package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.NewTopicSettings;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.nifi.services.KafkaClusterService;

/** Opens views on the topic that a plan publishes to, so that a test can pass its own. */
@FunctionalInterface
interface TopicObservers {
    /** The view that all publishers of one Kafka Cluster Service share. */
    TopicObservers SHARED = (cluster, plan, creation) ->
            cluster.observe(new TopicQuestion(plan.topic(), plan.pipeline().name(), creation));

    /**
     * @param creation how to make the topic where it does not exist; null to leave that to people
     * @return a view that the caller closes
     */
    TopicObserver open(KafkaClusterService cluster, PublishPlan plan, NewTopicSettings creation);
}
