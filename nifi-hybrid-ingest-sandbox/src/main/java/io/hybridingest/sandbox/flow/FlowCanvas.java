package io.hybridingest.sandbox.flow;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.nifi.flow.Bundle;
import org.apache.nifi.flow.ConnectableComponent;
import org.apache.nifi.flow.ConnectableComponentType;
import org.apache.nifi.flow.ControllerServiceAPI;
import org.apache.nifi.flow.ExecutionEngine;
import org.apache.nifi.flow.Position;
import org.apache.nifi.flow.ScheduledState;
import org.apache.nifi.flow.VersionedComponent;
import org.apache.nifi.flow.VersionedConfigurableExtension;
import org.apache.nifi.flow.VersionedConnection;
import org.apache.nifi.flow.VersionedControllerService;
import org.apache.nifi.flow.VersionedFunnel;
import org.apache.nifi.flow.VersionedLabel;
import org.apache.nifi.flow.VersionedProcessGroup;
import org.apache.nifi.flow.VersionedProcessor;

/**
 * Draws one process group. Identifiers derive from names, so that a component keeps its own for as long as it keeps its
 * name, and collections are sorted, so that two versions differ only in what was changed. Not thread-safe.
 */
final class FlowCanvas {
    private final String name;
    private final String parameterContext;
    private final Map<String, VersionedProcessor> processors = new LinkedHashMap<>();
    private final Map<String, VersionedControllerService> services = new LinkedHashMap<>();
    private final Map<String, VersionedFunnel> funnels = new LinkedHashMap<>();
    private final Map<String, VersionedConnection> connections = new LinkedHashMap<>();
    private final Map<String, VersionedLabel> labels = new LinkedHashMap<>();

    FlowCanvas(String name, String parameterContext) {
        this.name = name;
        this.parameterContext = parameterContext;
    }

    /** Adds a controller service and returns its identifier. */
    String service(
            String serviceName, String type, Bundle bundle, ControllerServiceAPI api, FlowProperty... properties) {
        VersionedControllerService service = new VersionedControllerService();
        describe(service, "service", serviceName);
        extension(service, type, bundle, properties);
        service.setControllerServiceApis(List.of(api));
        service.setScheduledState(ScheduledState.DISABLED);
        service.setBulletinLevel("WARN");
        add(services, service);
        return service.getIdentifier();
    }

    /** Adds a processor whose upper left corner is at the position. */
    VersionedProcessor processor(
            String processorName,
            String type,
            Bundle bundle,
            Position position,
            ProcessorSettings settings,
            FlowProperty... properties) {
        VersionedProcessor processor = new VersionedProcessor();
        describe(processor, "processor", processorName);
        extension(processor, type, bundle, properties);
        processor.setPosition(position);
        processor.setStyle(Map.of());
        processor.setSchedulingStrategy("TIMER_DRIVEN");
        processor.setSchedulingPeriod(settings.period());
        processor.setExecutionNode(settings.runOnPrimaryNode() ? "PRIMARY" : "ALL");
        processor.setPenaltyDuration("5 sec");
        processor.setYieldDuration("1 sec");
        processor.setBulletinLevel("WARN");
        processor.setRunDurationMillis(0L);
        processor.setConcurrentlySchedulableTaskCount(1);
        processor.setAutoTerminatedRelationships(new TreeSet<>(settings.autoTerminated()));
        processor.setRetriedRelationships(Set.of());
        processor.setRetryCount(10);
        processor.setBackoffMechanism("PENALIZE_FLOWFILE");
        processor.setMaxBackoffPeriod("10 mins");
        processor.setScheduledState(ScheduledState.ENABLED);
        add(processors, processor);
        return processor;
    }

    /** Adds a funnel: the place where FlowFiles wait for a person. */
    VersionedFunnel funnel(String funnelName, Position position) {
        VersionedFunnel funnel = new VersionedFunnel();
        funnel.setIdentifier(identifier("funnel", funnelName));
        funnel.setGroupIdentifier(identifier("group", name));
        funnel.setPosition(position);
        add(funnels, funnel);
        return funnel;
    }

    /** Adds a connection, which the caller may still change. */
    VersionedConnection connect(VersionedComponent source, VersionedComponent destination, String... relationships) {
        return connect(source, destination, List.of(), relationships);
    }

    VersionedConnection connect(
            VersionedComponent source, VersionedComponent destination, List<Position> bends, String... relationships) {
        VersionedConnection connection = new VersionedConnection();
        Set<String> selected = new TreeSet<>(Set.of(relationships));
        String key = source.getIdentifier() + selected + destination.getIdentifier();
        connection.setIdentifier(identifier("connection", key));
        connection.setGroupIdentifier(identifier("group", name));
        connection.setName("");
        connection.setSource(end(source));
        connection.setDestination(end(destination));
        connection.setSelectedRelationships(selected);
        connection.setBends(bends);
        connection.setLabelIndex(0);
        connection.setzIndex(1L);
        connection.setBackPressureObjectThreshold(10_000L);
        connection.setBackPressureDataSizeThreshold("1 GB");
        connection.setFlowFileExpiration("0 sec");
        connection.setPrioritizers(List.of());
        connection.setLoadBalanceStrategy("DO_NOT_LOAD_BALANCE");
        connection.setLoadBalanceCompression("DO_NOT_COMPRESS");
        connection.setPartitioningAttribute("");
        add(connections, connection);
        return connection;
    }

    /** Adds a coloured area that lies behind the components, or before other areas where its layer is higher. */
    void area(String text, Position corner, double width, double height, String colour, long layer) {
        VersionedLabel label = new VersionedLabel();
        label.setIdentifier(identifier("label", text + corner.getX() + corner.getY()));
        label.setGroupIdentifier(identifier("group", name));
        label.setPosition(corner);
        label.setLabel(text);
        label.setWidth(width);
        label.setHeight(height);
        label.setzIndex(layer);
        label.setStyle(new TreeMap<>(Map.of("background-color", colour, "font-size", "24px")));
        add(labels, label);
    }

    VersionedProcessGroup group(String comments) {
        VersionedProcessGroup group = new VersionedProcessGroup();
        group.setIdentifier(identifier("group", name));
        group.setName(name);
        group.setComments(comments);
        group.setPosition(new Position(0, 0));
        group.setParameterContextName(parameterContext);
        group.setProcessors(sorted(processors));
        group.setControllerServices(sorted(services));
        group.setFunnels(sorted(funnels));
        group.setConnections(sorted(connections));
        group.setLabels(sorted(labels));
        group.setProcessGroups(Set.of());
        group.setRemoteProcessGroups(Set.of());
        group.setInputPorts(Set.of());
        group.setOutputPorts(Set.of());
        group.setFlowFileConcurrency("UNBOUNDED");
        group.setFlowFileOutboundPolicy("STREAM_WHEN_AVAILABLE");
        group.setDefaultFlowFileExpiration("0 sec");
        group.setDefaultBackPressureObjectThreshold(10_000L);
        group.setDefaultBackPressureDataSizeThreshold("1 GB");
        group.setExecutionEngine(ExecutionEngine.INHERITED);
        group.setMaxConcurrentTasks(1);
        group.setStatelessFlowTimeout("1 min");
        group.setScheduledState(ScheduledState.ENABLED);
        return group;
    }

    private void describe(VersionedConfigurableExtension component, String kind, String componentName) {
        component.setIdentifier(identifier(kind, componentName));
        component.setGroupIdentifier(identifier("group", name));
        component.setName(componentName);
        component.setComments("");
    }

    private static void extension(
            VersionedConfigurableExtension component, String type, Bundle bundle, FlowProperty... properties) {
        component.setType(type);
        component.setBundle(bundle);
        component.setProperties(byName(properties, FlowProperty::value));
        component.setPropertyDescriptors(byName(properties, FlowProperty::descriptor));
    }

    private static <V> Map<String, V> byName(FlowProperty[] properties, Function<FlowProperty, V> value) {
        return List.of(properties).stream()
                .collect(Collectors.toMap(FlowProperty::name, value, (first, second) -> first, TreeMap::new));
    }

    private static ConnectableComponent end(VersionedComponent component) {
        ConnectableComponent end = new ConnectableComponent();
        end.setId(component.getIdentifier());
        end.setGroupId(component.getGroupIdentifier());
        end.setName(component.getName() == null ? "Funnel" : component.getName());
        end.setType(
                component instanceof VersionedFunnel
                        ? ConnectableComponentType.FUNNEL
                        : ConnectableComponentType.PROCESSOR);
        return end;
    }

    private static <C extends VersionedComponent> void add(Map<String, C> components, C component) {
        if (components.put(component.getIdentifier(), component) != null) {
            throw new IllegalArgumentException("Two components are called " + component.getName());
        }
    }

    private static <C extends VersionedComponent> Set<C> sorted(Map<String, C> components) {
        return components.values().stream()
                .sorted(Comparator.comparing(VersionedComponent::getIdentifier))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private String identifier(String kind, String key) {
        String path = String.join("/", "hybrid-ingest", name, kind, key);
        return UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
