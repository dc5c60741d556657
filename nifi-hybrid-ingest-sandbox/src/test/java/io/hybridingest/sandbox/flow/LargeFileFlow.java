package io.hybridingest.sandbox.flow;

import static io.hybridingest.sandbox.flow.Grid.cell;
import static io.hybridingest.sandbox.flow.ProcessorSettings.whenThereIsWork;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hybridingest.sandbox.Layout;
import java.nio.file.Path;
import java.util.Map;
import org.apache.nifi.flow.Bundle;
import org.apache.nifi.flow.ControllerServiceAPI;
import org.apache.nifi.flow.VersionedComponent;
import org.apache.nifi.flow.VersionedProcessor;

/**
 * A flow that takes each file of a directory through PreprocessRecord and RouteHybridRecord, neither of which takes a
 * short cut for bulk, and puts what comes out of every relationship into a directory named after it.
 */
final class LargeFileFlow {
    private static final String PROCESSORS = "io.hybridingest.nifi.processors.";

    private final FlowVersions versions = new FlowVersions(
            Layout.ofBuild().version(), Layout.ofBuild().versions().get("nifi"));
    private final FlowCanvas canvas;
    private final Path incoming;
    private final Path outgoing;

    /**
     * @param incoming directory that files are taken from and deleted in
     * @param outgoing directory that gets a directory for each relationship
     */
    LargeFileFlow(String name, Path incoming, Path outgoing) {
        this.canvas = new FlowCanvas(name, null);
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /**
     * The flow definition.
     *
     * @param pipeline the pipeline definition, YAML
     * @param readerType class of the Record Reader
     */
    byte[] definition(String pipeline, String readerType, FlowProperty... readerProperties)
            throws JsonProcessingException {
        String pipelineService = canvas.service(
                "Pipeline",
                "io.hybridingest.nifi.services.StandardIngestPipelineService",
                versions.ours(),
                api("io.hybridingest.nifi.services.IngestPipelineService", versions.ours()),
                FlowProperty.of("Pipeline Definition", pipeline));
        String reader = canvas.service(
                "Reader",
                readerType,
                versions.recordServices(),
                api("org.apache.nifi.serialization.RecordReaderFactory", versions.serviceApis()),
                readerProperties);
        VersionedProcessor prepare = canvas.processor(
                "Prepare",
                PROCESSORS + "PreprocessRecord",
                versions.ours(),
                cell(1, 0),
                whenThereIsWork(),
                FlowProperty.service("Pipeline Service", pipelineService),
                FlowProperty.service("Record Reader", reader));
        VersionedProcessor route = canvas.processor(
                "Route",
                PROCESSORS + "RouteHybridRecord",
                versions.ours(),
                cell(2, 0),
                whenThereIsWork(),
                FlowProperty.service("Pipeline Service", pipelineService),
                FlowProperty.of("Bulk Record Count", "1000000000"),
                FlowProperty.of("Bulk Size", "100 GB"));
        canvas.connect(source(), prepare, "success");
        canvas.connect(prepare, route, "success");
        put("prepare-invalid", 1, prepare, "invalid");
        put("prepare-failure", 2, prepare, "failure");
        put("stream", 3, route, "stream");
        put("batch", 4, route, "batch");
        put("route-invalid", 5, route, "invalid");
        put("route-failure", 6, route, "failure");
        return JsonMapper.builder()
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .build()
                .writeValueAsBytes(Map.of("flowContents", canvas.group("")));
    }

    private VersionedProcessor source() {
        return canvas.processor(
                "Take files",
                "org.apache.nifi.processors.standard.GetFile",
                versions.standard(),
                cell(0, 0),
                whenThereIsWork(),
                FlowProperty.of("Input Directory", incoming.toString()),
                FlowProperty.of("Keep Source File", "false"));
    }

    private void put(String directory, int row, VersionedComponent source, String relationship) {
        VersionedProcessor put = canvas.processor(
                "Put " + directory,
                "org.apache.nifi.processors.standard.PutFile",
                versions.standard(),
                cell(3, row),
                whenThereIsWork("success", "failure"),
                FlowProperty.of("Directory", outgoing.resolve(directory).toString()),
                FlowProperty.of("Create Missing Directories", "true"));
        canvas.connect(source, put, relationship);
    }

    private static ControllerServiceAPI api(String type, Bundle bundle) {
        ControllerServiceAPI api = new ControllerServiceAPI();
        api.setType(type);
        api.setBundle(bundle);
        return api;
    }
}
