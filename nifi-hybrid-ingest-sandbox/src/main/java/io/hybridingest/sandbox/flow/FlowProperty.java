package io.hybridingest.sandbox.flow;

import org.apache.nifi.flow.VersionedPropertyDescriptor;

/**
 * A property of a component, with its value.
 *
 * @param name NiFi's name of the property
 * @param displayName what the canvas calls it
 * @param value its value; may refer to parameters
 * @param kind what the value stands for
 */
record FlowProperty(String name, String displayName, String value, Kind kind) {
    enum Kind {
        TEXT,
        SERVICE,
        DYNAMIC
    }

    static FlowProperty of(String name, String value) {
        return new FlowProperty(name, name, value, Kind.TEXT);
    }

    static FlowProperty of(String name, String displayName, String value) {
        return new FlowProperty(name, displayName, value, Kind.TEXT);
    }

    static FlowProperty dynamic(String name, String value) {
        return new FlowProperty(name, name, value, Kind.DYNAMIC);
    }

    static FlowProperty service(String name, String serviceId) {
        return new FlowProperty(name, name, serviceId, Kind.SERVICE);
    }

    VersionedPropertyDescriptor descriptor() {
        VersionedPropertyDescriptor descriptor = new VersionedPropertyDescriptor();
        descriptor.setName(name);
        descriptor.setDisplayName(displayName);
        descriptor.setIdentifiesControllerService(kind == Kind.SERVICE);
        descriptor.setDynamic(kind == Kind.DYNAMIC);
        descriptor.setSensitive(false);
        return descriptor;
    }
}
