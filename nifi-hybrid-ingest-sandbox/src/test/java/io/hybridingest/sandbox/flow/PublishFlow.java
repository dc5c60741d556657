package io.hybridingest.sandbox.flow;

import static io.hybridingest.sandbox.flow.Grid.cell;
import static io.hybridingest.sandbox.flow.ProcessorSettings.whenThereIsWork;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hybridingest.sandbox.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.nifi.flow.Bundle;
import org.apache.nifi.flow.ControllerServiceAPI;
import org.apache.nifi.flow.VersionedProcessor;

/** A flow that publishes FlowFiles with PublishKafkaStream; whatever does not get to Kafka waits in a funnel. */
public final class PublishFlow {
    static final String SOURCE = "Source";
    static final int BATCH = 10_000;

    private final FlowVersions versions = new FlowVersions(
            Layout.ofBuild().version(), Layout.ofBuild().versions().get("nifi"));
    private final String name;
    private final FlowCanvas canvas;
    private final String pipeline;
    private final List<FlowProperty> kafka;

    /**
     * @param name of the group and of PublishKafkaStream in it
     * @param pipeline the pipeline definition, YAML
     */
    public PublishFlow(String name, String pipeline, String bootstrapServers) {
        this(name, pipeline, List.of(FlowProperty.of("Bootstrap Servers", bootstrapServers)));
    }

    /** @param kafka properties of the Kafka Cluster Service */
    PublishFlow(String name, String pipeline, List<FlowProperty> kafka) {
        this.name = name;
        this.canvas = new FlowCanvas(name, null);
        this.pipeline = pipeline;
        this.kafka = List.copyOf(kafka);
    }

    /** A flow definition that takes the files of a directory. */
    public byte[] ofFiles(Path directory) throws JsonProcessingException {
        VersionedProcessor source = source(
                "GetFile",
                FlowProperty.of("Input Directory", directory.toString()),
                FlowProperty.of("Keep Source File", "false"));
        return definition(source, 10_000);
    }

    /** A flow definition that makes FlowFiles of a text, {@link #BATCH} at a time, until so many of them wait. */
    byte[] ofText(String text, long waiting) throws JsonProcessingException {
        VersionedProcessor source = source(
                "GenerateFlowFile",
                FlowProperty.of("Batch Size", Integer.toString(BATCH)),
                FlowProperty.of("Data Format", "Text"),
                FlowProperty.of("generate-ff-custom-text", "Custom Text", text));
        return definition(source, waiting);
    }

    private VersionedProcessor source(String type, FlowProperty... properties) {
        return canvas.processor(
                SOURCE,
                "org.apache.nifi.processors.standard." + type,
                versions.standard(),
                cell(0, 0),
                whenThereIsWork(),
                properties);
    }

    private byte[] definition(VersionedProcessor source, long waiting) throws JsonProcessingException {
        String pipelineService = canvas.service(
                "Pipeline",
                "io.hybridingest.nifi.services.StandardIngestPipelineService",
                versions.ours(),
                api("io.hybridingest.nifi.services.IngestPipelineService"),
                FlowProperty.of("Pipeline Definition", pipeline));
        String cluster = canvas.service(
                "Kafka",
                "io.hybridingest.nifi.services.StandardKafkaClusterService",
                versions.ours(),
                api("io.hybridingest.nifi.services.KafkaClusterService"),
                kafka.toArray(FlowProperty[]::new));
        VersionedProcessor publish = canvas.processor(
                name,
                "io.hybridingest.nifi.processors.PublishKafkaStream",
                versions.ours(),
                cell(1, 0),
                whenThereIsWork("success"),
                FlowProperty.service("Pipeline Service", pipelineService),
                FlowProperty.service("Kafka Cluster Service", cluster));
        canvas.connect(source, publish, "success").setBackPressureObjectThreshold(waiting);
        canvas.connect(publish, canvas.funnel("Not published", Grid.funnel(2, 0)), "overflow", "rejected", "failure");
        return JsonMapper.builder()
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .build()
                .writeValueAsBytes(Map.of("flowContents", canvas.group("")));
    }

    private ControllerServiceAPI api(String type) {
        Bundle bundle = versions.ours();
        ControllerServiceAPI api = new ControllerServiceAPI();
        api.setType(type);
        api.setBundle(bundle);
        return api;
    }
}
