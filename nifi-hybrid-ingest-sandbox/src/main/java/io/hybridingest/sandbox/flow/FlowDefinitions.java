package io.hybridingest.sandbox.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hybridingest.sandbox.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.flow.VersionedParameter;
import org.apache.nifi.flow.VersionedParameterContext;
import org.apache.nifi.flow.VersionedProcessGroup;
import org.apache.nifi.registry.flow.RegisteredFlowSnapshot;

/**
 * Writes the flow definitions of {@code templates/}, each beside the pipeline definition that it holds. Equal input
 * gives equal text.
 */
public final class FlowDefinitions {
    /** Name of the parameter context that every flow definition refers to. */
    public static final String PARAMETER_CONTEXT = "hybrid-ingest";

    private final Path templates;
    private final FlowVersions versions;

    /**
     * @param templates the directory that holds {@code flights.yaml} and takes the flow definitions
     */
    public FlowDefinitions(Path templates, FlowVersions versions) {
        this.templates = templates;
        this.versions = versions;
    }

    /** Writes the flow definitions of this working copy anew. */
    public static void main(String[] arguments) throws IOException {
        FlowDefinitions definitions = ofBuild(Layout.ofBuild());
        Files.writeString(definitions.hybridIngestFile(), definitions.hybridIngest());
        System.out.println("Wrote " + definitions.hybridIngestFile());
    }

    /** The definitions of the working copy, for the versions that it builds. */
    public static FlowDefinitions ofBuild(Layout layout) {
        return new FlowDefinitions(
                layout.root().resolve("templates"),
                new FlowVersions(layout.version(), layout.versions().get("nifi")));
    }

    /** Where the flow definition {@code hybrid-ingest} lies. */
    public Path hybridIngestFile() {
        return templates.resolve("hybrid-ingest.json");
    }

    /** The text of the flow definition {@code hybrid-ingest}. */
    public String hybridIngest() throws IOException {
        String definition = Files.readString(templates.resolve("flights.yaml"));
        return json(snapshot(HybridIngestFlow.draw(PARAMETER_CONTEXT, versions, definition)));
    }

    private static RegisteredFlowSnapshot snapshot(VersionedProcessGroup group) {
        RegisteredFlowSnapshot snapshot = new RegisteredFlowSnapshot();
        snapshot.setFlowContents(group);
        snapshot.setExternalControllerServices(Map.of());
        snapshot.setParameterContexts(Map.of(PARAMETER_CONTEXT, parameterContext()));
        snapshot.setParameterProviders(Map.of());
        snapshot.setFlowEncodingVersion("1.0");
        return snapshot;
    }

    private static VersionedParameterContext parameterContext() {
        VersionedParameterContext context = new VersionedParameterContext();
        context.setName(PARAMETER_CONTEXT);
        context.setDescription("Everything that differs between environments.");
        context.setInheritedParameterContexts(List.of());
        context.setParameters(Stream.of(FlowParameter.values())
                .map(FlowParameter::versioned)
                .sorted(Comparator.comparing(VersionedParameter::getName))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        return context;
    }

    private static String json(RegisteredFlowSnapshot snapshot) throws JsonProcessingException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return JsonMapper.builder()
                        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .serializationInclusion(JsonInclude.Include.NON_NULL)
                        .build()
                        .writer(printer)
                        .writeValueAsString(snapshot)
                + "\n";
    }
}
