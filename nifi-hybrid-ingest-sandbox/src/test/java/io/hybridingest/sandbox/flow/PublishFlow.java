package io.hybridingest.sandbox.flow;

import static io.hybridingest.sandbox.flow.Grid.cell;
import static io.hybridingest.sandbox.flow.ProcessorSettings.whenThereIsWork;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hybridingest.sandbox.Layout;
import java.nio.file.Path;
import java.util.Map;
import org.apache.nifi.flow.ControllerServiceAPI;
import org.apache.nifi.flow.VersionedProcessor;

/** A flow that takes the files of a directory, containers of prepared records, and publishes them. */
public final class PublishFlow {
    private static final String SERVICES = "io.hybridingest.nifi.services.";

    private final FlowVersions versions = new FlowVersions(
            Layout.ofBuild().version(), Layout.ofBuild().versions().get("nifi"));
    private final FlowCanvas canvas;

    public PublishFlow(String name) {
        this.canvas = new FlowCanvas(name, null);
    }

    /**
     * The flow definition.
     *
     * @param pipeline the pipeline definition, YAML
     * @param incoming directory that files are taken from and deleted in
     */
    public byte[] definition(String pipeline, String bootstrapServers, Path incoming) throws JsonProcessingException {
        VersionedProcessor files = canvas.processor(
                "Take files",
                "org.apache.nifi.processors.standard.GetFile",
                versions.standard(),
                cell(0, 0),
                whenThereIsWork(),
                FlowProperty.of("Input Directory", incoming.toString()),
                FlowProperty.of("Keep Source File", "false"));
        VersionedProcessor publish = canvas.processor(
                "Publish",
                "io.hybridingest.nifi.processors.PublishKafkaStream",
                versions.ours(),
                cell(1, 0),
                whenThereIsWork("success", "overflow", "rejected", "failure"),
                FlowProperty.service(
                        "Pipeline Service",
                        service("IngestPipelineService", FlowProperty.of("Pipeline Definition", pipeline))),
                FlowProperty.service(
                        "Kafka Cluster Service",
                        service("KafkaClusterService", FlowProperty.of("Bootstrap Servers", bootstrapServers))));
        canvas.connect(files, publish, "success");
        return JsonMapper.builder()
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .build()
                .writeValueAsBytes(Map.of("flowContents", canvas.group("")));
    }

    private String service(String type, FlowProperty property) {
        ControllerServiceAPI api = new ControllerServiceAPI();
        api.setType(SERVICES + type);
        api.setBundle(versions.ours());
        return canvas.service(type, SERVICES + "Standard" + type, versions.ours(), api, property);
    }
}
