package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.Compression;
import io.hybridingest.kafka.Delivery;
import io.hybridingest.kafka.Partitioning;
import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.PublishSettings;
import io.hybridingest.kafka.RecordReading;
import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.util.regex.Pattern;
import org.apache.nifi.controller.NodeTypeProvider;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.serialization.RecordReaderFactory;

/** Reads PublishKafkaStream's properties. */
final class PublishPlans {
    private PublishPlans() {}

    /**
     * @param identifier begins the transactional ids where no prefix is set
     * @throws IllegalArgumentException with a sentence, where the properties do not fit the pipeline
     */
    static PublishPlan of(ProcessContext context, String identifier, NodeTypeProvider nodes, ComponentLog log) {
        PipelineDefinition pipeline = context.getProperty(PublishKafkaStream.PIPELINE_SERVICE)
                .asControllerService(IngestPipelineService.class)
                .pipeline();
        RecordReaderFactory readers =
                context.getProperty(PublishKafkaStream.RECORD_READER).asControllerService(RecordReaderFactory.class);
        return new PublishPlan(
                pipeline,
                settings(context, identifier, NodeName.of(nodes)),
                readers == null ? null : new RecordReading(readers, log));
    }

    private static PublishSettings settings(ProcessContext context, String identifier, String node) {
        KafkaClusterService cluster = context.getProperty(PublishKafkaStream.KAFKA_CLUSTER_SERVICE)
                .asControllerService(KafkaClusterService.class);
        Partitioning partitioning =
                context.getProperty(PublishKafkaStream.PARTITIONING).asAllowableValue(Partitioning.class);
        String prefix = context.getProperty(PublishKafkaStream.TRANSACTIONAL_ID_PREFIX)
                .evaluateAttributeExpressions()
                .getValue();
        String headers =
                context.getProperty(PublishKafkaStream.ATTRIBUTE_HEADER_PATTERN).getValue();
        return new PublishSettings(
                cluster.clientProperties(),
                context.getProperty(PublishKafkaStream.DELIVERY).asAllowableValue(Delivery.class),
                prefix == null ? identifier : prefix,
                node,
                partitioning,
                partitioning.usesField()
                        ? context.getProperty(PublishKafkaStream.PARTITION_RECORD_PATH)
                                .getValue()
                        : null,
                partitioning == Partitioning.SPREAD
                        ? context.getProperty(PublishKafkaStream.SPREAD_PARTITIONS)
                                .asInteger()
                        : 1,
                headers == null ? null : Pattern.compile(headers),
                context.getProperty(PublishKafkaStream.COMPRESSION).asAllowableValue(Compression.class));
    }
}
