package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridingest.kafka.FakeTopic;
import io.hybridingest.kafka.PublishFixture;
import io.hybridingest.kafka.PublishFixture.FakeProducer;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.launch.SetClock;
import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** A processor over a fake cluster and a clock that stands. */
final class PublishTestbed {
    final FakeTopic topic = new FakeTopic();
    final FakeProducer producer = new FakeProducer();
    final List<FakeProducer> made = new ArrayList<>();
    final List<Map<String, Object>> configurations = new ArrayList<>();
    final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));

    PublishKafkaStream processor() {
        return new PublishKafkaStream(this::producer, plan -> topic, clock);
    }

    /** The first one that is asked for, and its successors. */
    Producer<byte[], byte[]> producer(Map<String, Object> configuration) {
        configurations.add(configuration);
        made.add(made.isEmpty() ? producer : producer.successor());
        return made.getLast();
    }

    /** The identities that all producers have sent. */
    List<String> published() {
        return made.stream()
                .flatMap(one -> PublishFixture.ids(one.history()).stream())
                .toList();
    }

    /** Triggers a minute after the other, so that nothing rests or waits. */
    void runUntilEmpty(TestRunner runner) {
        for (int round = 0; round < 50 && runner.getQueueSize().getObjectCount() > 0; round++) {
            clock.advance(Duration.ofMinutes(1));
            runner.run(1, false, false);
        }
        assertThat(runner.getQueueSize().getObjectCount()).isZero();
        runner.stop();
    }

    TestRunner runner(PipelineDefinition pipeline) throws Exception {
        return runner(pipeline, processor());
    }

    static TestRunner runner(PipelineDefinition pipeline, PublishKafkaStream processor) throws Exception {
        TestRunner runner = TestRunners.newTestRunner(processor);
        PipelineFake pipelineService = new PipelineFake(pipeline);
        runner.addControllerService("pipeline", pipelineService);
        runner.enableControllerService(pipelineService);
        ClusterFake cluster = new ClusterFake();
        runner.addControllerService("cluster", cluster);
        runner.enableControllerService(cluster);
        runner.setProperty(PublishKafkaStream.PIPELINE_SERVICE, "pipeline");
        runner.setProperty(PublishKafkaStream.KAFKA_CLUSTER_SERVICE, "cluster");
        return runner;
    }

    private static final class PipelineFake extends AbstractControllerService implements IngestPipelineService {
        private final PipelineDefinition pipeline;

        private PipelineFake(PipelineDefinition pipeline) {
            this.pipeline = pipeline;
        }

        @Override
        public PipelineDefinition pipeline() {
            return pipeline;
        }

        @Override
        public byte[] maskKey() {
            return new byte[0];
        }
    }

    private static final class ClusterFake extends AbstractControllerService implements KafkaClusterService {
        @Override
        public Map<String, String> clientProperties() {
            return Map.of("bootstrap.servers", "broker:9092");
        }

        @Override
        public TopicObserver observe(TopicQuestion question) {
            throw new UnsupportedOperationException("The test decides what is seen");
        }
    }
}
