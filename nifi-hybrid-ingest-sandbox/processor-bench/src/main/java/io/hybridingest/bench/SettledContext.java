package io.hybridingest.bench;

import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.controller.ControllerServiceLookup;
import org.apache.nifi.expression.AttributeValueDecorator;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockPropertyValue;

/**
 * A configuration that does not change, looked up in a map. The mock framework's own builds descriptors and parses the Expression Language
 * anew each time, which NiFi does not, and which would slow down the processors that ask for a property with every record.
 */
final class SettledContext extends MockProcessContext {
    private final Map<String, PropertyValue> values = new HashMap<>();

    /** @param configured a valid configuration of the processor, with every service that it names enabled */
    SettledContext(Processor processor, MockProcessContext configured) {
        super(processor, configured.getStateManager());
        setValidateExpressionUsage(false);
        addControllerServices(configured);
        configured.getProperties().forEach((descriptor, value) -> {
            if (value != null) {
                setProperty(descriptor, value);
            }
        });
        configured.getAvailableRelationships().forEach(this::addConnection);
    }

    @Override
    public PropertyValue getProperty(PropertyDescriptor descriptor) {
        return getProperty(descriptor.getName());
    }

    @Override
    public PropertyValue getProperty(String name) {
        PropertyValue known = values.get(name);
        if (known == null) {
            PropertyValue value = super.getProperty(name);
            known = value == null || value.isExpressionLanguagePresent() ? value : new Plain(value.getValue(), this);
            values.put(name, known);
        }
        return known;
    }

    /** A value without expressions: evaluated, it is the same. */
    private static final class Plain extends MockPropertyValue {
        Plain(String value, ControllerServiceLookup services) {
            super(value, services, Map.of());
        }

        @Override
        public PropertyValue evaluateAttributeExpressions(FlowFile flowFile) {
            return this;
        }

        @Override
        public PropertyValue evaluateAttributeExpressions(
                FlowFile flowFile,
                Map<String, String> attributes,
                AttributeValueDecorator decorator,
                Map<String, String> state) {
            return this;
        }
    }
}
