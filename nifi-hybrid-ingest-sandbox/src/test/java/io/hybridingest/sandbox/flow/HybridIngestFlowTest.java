package io.hybridingest.sandbox.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.sandbox.Layout;
import java.awt.geom.Rectangle2D;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.flow.VersionedComponent;
import org.apache.nifi.flow.VersionedConnection;
import org.apache.nifi.flow.VersionedParameter;
import org.apache.nifi.flow.VersionedProcessGroup;
import org.apache.nifi.flow.VersionedProcessor;
import org.apache.nifi.registry.flow.RegisteredFlowSnapshot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HybridIngestFlowTest {
    private static final Pattern PARAMETER = Pattern.compile("#\\{([^}]+)}");

    private final FlowDefinitions definitions = FlowDefinitions.ofBuild(Layout.ofBuild());
    private RegisteredFlowSnapshot snapshot;
    private VersionedProcessGroup group;

    @BeforeEach
    void generate() throws Exception {
        snapshot = new ObjectMapper().readValue(definitions.hybridIngest(), RegisteredFlowSnapshot.class);
        group = snapshot.getFlowContents();
    }

    @Test
    void templateIsWhatTheGeneratorWrites() throws Exception {
        assertThat(definitions.hybridIngestFile())
                .as("templates/hybrid-ingest.json differs from its generator; write it anew with FlowDefinitions.main")
                .hasContent(definitions.hybridIngest());
    }

    @Test
    void everyParameterIsDefinedAndUsed() {
        Set<String> used = Stream.concat(group.getProcessors().stream(), group.getControllerServices().stream())
                .flatMap(component -> component.getProperties().values().stream())
                .collect(Collectors.toCollection(HashSet::new))
                .stream()
                .flatMap(value -> PARAMETER.matcher(value).results())
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        group.getProcessors().stream()
                .map(processor -> PARAMETER.matcher(processor.getSchedulingPeriod()))
                .filter(Matcher::matches)
                .forEach(matcher -> used.add(matcher.group(1)));
        Set<String> defined =
                snapshot.getParameterContexts().get(group.getParameterContextName()).getParameters().stream()
                        .map(VersionedParameter::getName)
                        .collect(Collectors.toSet());
        assertThat(used).isEqualTo(defined);
    }

    @Test
    void pipelineServiceHoldsAValidDefinition() throws Exception {
        Map<String, String> values =
                snapshot.getParameterContexts().get(group.getParameterContextName()).getParameters().stream()
                        .collect(Collectors.toMap(VersionedParameter::getName, VersionedParameter::getValue));
        String text = group.getControllerServices().stream()
                .map(service -> service.getProperties().get("Pipeline Definition"))
                .filter(definition -> definition != null)
                .findFirst()
                .orElseThrow();
        assertThat(text)
                .isEqualTo(Files.readString(definitions.hybridIngestFile().resolveSibling("flights.yaml")));
        PipelineDefinition definition = PipelineDefinition.fromYaml(
                PARAMETER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(values.get(match.group(1)))));
        assertThat(definition.name()).isEqualTo("flights");
        assertThat(definition.table().path()).isEqualTo(values.get("table.path"));
    }

    @Test
    void noTwoBoxesOverlap() {
        Map<String, Rectangle2D> boxes = new HashMap<>();
        for (VersionedProcessor processor : group.getProcessors()) {
            boxes.put(processor.getName(), box(processor, Grid.PROCESSOR_WIDTH, Grid.PROCESSOR_HEIGHT));
        }
        group.getFunnels().forEach(funnel -> boxes.put(funnel.getIdentifier(), box(funnel, 48, 48)));
        List<String> names = new ArrayList<>(boxes.keySet());
        for (int first = 0; first < names.size(); first++) {
            for (int second = first + 1; second < names.size(); second++) {
                assertThat(boxes.get(names.get(first)).intersects(boxes.get(names.get(second))))
                        .as("%s overlaps %s", names.get(first), names.get(second))
                        .isFalse();
            }
        }
    }

    @Test
    void connectionsEndAtComponentsOfTheFlow() {
        Set<String> identifiers = Stream.concat(group.getProcessors().stream(), group.getFunnels().stream())
                .map(VersionedComponent::getIdentifier)
                .collect(Collectors.toSet());
        for (VersionedConnection connection : group.getConnections()) {
            assertThat(identifiers)
                    .contains(
                            connection.getSource().getId(),
                            connection.getDestination().getId());
        }
    }

    private static Rectangle2D box(VersionedComponent component, double width, double height) {
        return new Rectangle2D.Double(
                component.getPosition().getX(), component.getPosition().getY(), width, height);
    }
}
