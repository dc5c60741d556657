package io.hybridingest.nifi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.InputRequirement;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person can read about a component says everything there is to set and to connect. */
class DocumentationTest {
    static List<ConfigurableComponent> components() {
        List<ConfigurableComponent> components = new ArrayList<>();
        ServiceLoader.load(Processor.class).forEach(components::add);
        ServiceLoader.load(ControllerService.class).forEach(components::add);
        return components.stream()
                .filter(component -> component.getClass().getName().startsWith("io.hybridingest."))
                .toList();
    }

    static Stream<Processor> processors() {
        return components().stream().filter(Processor.class::isInstance).map(Processor.class::cast);
    }

    @ParameterizedTest
    @MethodSource("components")
    void namesAndExplainsEveryProperty(ConfigurableComponent component) throws IOException {
        String details = additionalDetails(component);
        assertThat(component.getPropertyDescriptors())
                .extracting(PropertyDescriptor::getName)
                .allSatisfy(name -> assertThat(details).contains(name));
        for (PropertyDescriptor property : component.getPropertyDescriptors()) {
            assertThat(property.getDescription()).as(property.getName()).isNotBlank();
            assertThat(property.getDisplayName()).isEqualTo(property.getName());
        }
    }

    @ParameterizedTest
    @MethodSource("processors")
    void namesAndExplainsEveryRelationship(Processor processor) throws IOException {
        String details = additionalDetails(processor);
        assertThat(processor.getRelationships()).isNotEmpty();
        assertThat(processor.getRelationships()).allSatisfy(relationship -> {
            assertThat(details).contains(relationship.getName());
            assertThat(relationship.getDescription()).as(relationship.getName()).isNotBlank();
        });
        assertThat(processor.getClass()).hasAnnotation(InputRequirement.class);
    }

    @ParameterizedTest
    @MethodSource("components")
    void isFoundByItsTagAndDescribed(ConfigurableComponent component) {
        assertThat(component.getClass().getAnnotation(Tags.class).value()).contains("hybrid-ingest");
        assertThat(component
                        .getClass()
                        .getAnnotation(CapabilityDescription.class)
                        .value())
                .hasSizeGreaterThan(80);
    }

    private static String additionalDetails(ConfigurableComponent component) throws IOException {
        String path =
                "/docs/%s/additionalDetails.md".formatted(component.getClass().getName());
        try (InputStream file = component.getClass().getResourceAsStream(path)) {
            assertThat(file).as(path).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
