package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.JobLag;
import io.hybridingest.kafka.TopicObserver;
import io.hybridingest.kafka.TopicQuestion;
import io.hybridingest.kafka.TopicState;
import io.hybridingest.launch.Definitions;
import io.hybridingest.launch.StubSpark;
import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.nifi.services.StandardSparkSubmitService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.TestRunner;

/** The services that a Spark processor under test refers to. */
final class SparkServices {
    static final String SASL_PASSWORD = "kafka-password-of-the-test";

    private SparkServices() {}

    static FixedKafka addTo(TestRunner runner, StubSpark spark) throws InitializationException {
        StandardSparkSubmitService submit = new StandardSparkSubmitService();
        runner.addControllerService("submit", submit);
        runner.setProperty(submit, "Spark Home", spark.home().toString());
        runner.setProperty(submit, "Java Home", spark.javaHome().toString());
        runner.setProperty(submit, "Working Directory", spark.workingDirectory().toString());
        runner.enableControllerService(submit);
        FixedPipeline pipeline = new FixedPipeline();
        runner.addControllerService("pipeline", pipeline);
        runner.enableControllerService(pipeline);
        FixedKafka kafka = new FixedKafka();
        runner.addControllerService("kafka", kafka);
        runner.enableControllerService(kafka);
        runner.setProperty(SparkProcessorProperties.SPARK_SUBMIT_SERVICE, "submit");
        runner.setProperty(SparkProcessorProperties.PIPELINE_SERVICE, "pipeline");
        runner.setProperty(SparkProcessorProperties.KAFKA_CLUSTER_SERVICE, "kafka");
        return kafka;
    }

    /** A pipeline. */
    public static final class FixedPipeline extends AbstractControllerService implements IngestPipelineService {
        private volatile PipelineDefinition definition = Definitions.first();

        /** Changes the definition, as somebody would who stops the processor for it. */
        void define(PipelineDefinition newer) {
            definition = newer;
        }

        @Override
        public PipelineDefinition pipeline() {
            return definition;
        }

        @Override
        public byte[] maskKey() {
            return new byte[0];
        }
    }

    /** A cluster with a password. */
    public static final class FixedKafka extends AbstractControllerService implements KafkaClusterService {
        private final AtomicLong lag = new AtomicLong();
        private final AtomicInteger views = new AtomicInteger();

        /** Says how many records wait. */
        void lag(long records) {
            lag.set(records);
        }

        /** Views that were opened and not closed. */
        int views() {
            return views.get();
        }

        @Override
        public Map<String, String> clientProperties() {
            return Map.of("bootstrap.servers", "127.0.0.1:9092", "sasl.jaas.config", SASL_PASSWORD);
        }

        @Override
        public TopicObserver observe(TopicQuestion question) {
            views.incrementAndGet();
            return new FixedTopic(lag, views);
        }
    }

    /** A topic that is as far ahead of the job as the test says. */
    private record FixedTopic(AtomicLong lag, AtomicInteger views) implements TopicObserver {
        @Override
        public TopicState latest() {
            JobLag.Known known =
                    new JobLag.Known(lag.get(), Duration.ZERO, false, Duration.ZERO, JobLag.Group.PUBLISHED);
            return new TopicState.Present(1, true, known, null, Instant.EPOCH);
        }

        @Override
        public TopicState first(Duration patience) {
            return latest();
        }

        @Override
        public void close() {
            views.decrementAndGet();
        }
    }
}
