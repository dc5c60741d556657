package io.hybridingest.nifi.processors;

import io.hybridingest.launch.BundledSparkJar;
import io.hybridingest.launch.DataInterval;
import io.hybridingest.launch.DriverLauncher;
import io.hybridingest.launch.HistoryServer;
import io.hybridingest.launch.LaunchPlan;
import io.hybridingest.launch.SparkApplication;
import io.hybridingest.launch.SparkApplication.Lane;
import io.hybridingest.launch.SparkInstallation;
import io.hybridingest.nifi.services.IngestPipelineService;
import io.hybridingest.nifi.services.KafkaClusterService;
import io.hybridingest.nifi.services.SparkSubmitService;
import io.hybridingest.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.nifi.processor.ProcessContext;

/**
 * What a Spark processor launches, as configured when it was scheduled.
 *
 * @param lane that the processor serves
 * @param definition of the pipeline, null for an application of the user's own
 * @param file of the user's own application, null for the ingest job
 * @param main class of that application, null for Python and for the ingest job
 * @param conf Spark conf on top of the installation's; may hold secrets
 * @param history where ended applications are looked at, null where that is not known
 */
record SparkPlans(
        Lane lane,
        PipelineDefinition definition,
        String file,
        String main,
        Map<String, String> conf,
        HistoryServer history) {
    private static final String KAFKA_PREFIX = "spark.hybridingest.kafka.";

    static SparkPlans read(ProcessContext context, Lane lane) throws IOException {
        boolean ingest = ApplicationChoice.INGEST_JOB
                .getValue()
                .equals(context.getProperty(SparkProcessorProperties.APPLICATION)
                        .getValue());
        HistoryServer history =
                HistoryServer.of(installation(context).settings()).orElse(null);
        Map<String, String> conf = new TreeMap<>();
        KafkaClusterService kafka = context.getProperty(SparkProcessorProperties.KAFKA_CLUSTER_SERVICE)
                .asControllerService(KafkaClusterService.class);
        if (kafka != null) {
            kafka.clientProperties().forEach((key, value) -> conf.put(KAFKA_PREFIX + key, value));
        }
        if (!ingest) {
            String file = context.getProperty(SparkProcessorProperties.APPLICATION_FILE)
                    .evaluateAttributeExpressions()
                    .getValue();
            String main = context.getProperty(SparkProcessorProperties.MAIN_CLASS)
                    .evaluateAttributeExpressions()
                    .getValue();
            conf.put("spark.app.name", context.getName());
            String absolute =
                    file.contains(":") ? file : Path.of(file).toAbsolutePath().toString();
            return new SparkPlans(lane, null, absolute, main, conf, history);
        }
        PipelineDefinition definition = context.getProperty(SparkProcessorProperties.PIPELINE_SERVICE)
                .asControllerService(IngestPipelineService.class)
                .pipeline();
        conf.put("spark.app.name", definition.name() + "-" + lane.argument());
        return new SparkPlans(lane, definition, null, null, conf, history);
    }

    /** A launcher for the processor, with the bundle's Spark JAR unpacked beside its runs. */
    static DriverLauncher launcher(ProcessContext context, String processorId) throws IOException {
        SparkInstallation installation = installation(context);
        Path jar = BundledSparkJar.unpack(SparkPlans.class, installation.workingDirectory());
        return new DriverLauncher(installation, jar, processorId);
    }

    private static SparkInstallation installation(ProcessContext context) {
        return context.getProperty(SparkProcessorProperties.SPARK_SUBMIT_SERVICE)
                .asControllerService(SparkSubmitService.class)
                .installation();
    }

    /**
     * One launch.
     *
     * @param interval that it answers for, null for none
     * @param arguments of the user's own application; the ingest job makes its own
     */
    LaunchPlan plan(DataInterval interval, List<String> arguments) {
        if (definition == null) {
            return new LaunchPlan(
                    new SparkApplication.ApplicationFile(file, main, arguments), conf, null, null, interval);
        }
        return new LaunchPlan(
                new SparkApplication.IngestJob(lane, interval),
                conf,
                definition.toJson(),
                definition.fingerprint(),
                interval);
    }

    Optional<HistoryServer> historyServer() {
        return Optional.ofNullable(history);
    }

    Optional<PipelineDefinition> pipeline() {
        return Optional.ofNullable(definition);
    }
}
