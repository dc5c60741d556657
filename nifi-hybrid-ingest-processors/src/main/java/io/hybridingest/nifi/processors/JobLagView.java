package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.kafka.TopicState;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How many records of a pipeline's topic the table still lacks, as Kafka sees it and whatever the driver says. Never waits for
 * the network.
 */
final class JobLagView implements Supplier<OptionalLong>, AutoCloseable {
    private final TopicObserver observer;

    private JobLagView(TopicObserver observer) {
        this.observer = observer;
    }

    static JobLagView open(KafkaClusterService cluster, PipelineDefinition pipeline) {
        return new JobLagView(
                cluster.observe(new TopicQuestion(pipeline.stream().topic(), pipeline.name(), null)));
    }

    @Override
    public OptionalLong get() {
        return observer.latest() instanceof TopicState.Present present && present.lag() instanceof JobLag.Known known
                ? OptionalLong.of(known.records())
                : OptionalLong.empty();
    }

    @Override
    public void close() {
        observer.close();
    }
}
