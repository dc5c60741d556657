package io.hybridingest.bench;

import java.util.List;
import java.util.Map;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockProcessorInitializationContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** Configures a processor and its services. Not safe for several threads. */
final class StageBuilder {
    private final Processor processor;
    private final TestRunner runner;
    private int services;

    StageBuilder(Processor processor) {
        this.processor = processor;
        this.runner = TestRunners.newTestRunner(processor);
    }

    /** Sets a property of the processor. */
    StageBuilder set(String property, String value) {
        runner.setProperty(property, value);
        return this;
    }

    /** Sets properties of the processor. */
    StageBuilder set(Map<String, String> properties) {
        properties.forEach(runner::setProperty);
        return this;
    }

    /** Sets a property to a service of its own. */
    StageBuilder set(String property, Service service) {
        ControllerService instance = service.create();
        String identifier = "service-" + services++;
        try {
            runner.addControllerService(identifier, instance);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        service.properties().forEach((name, value) -> runner.setProperty(instance, name, value));
        runner.enableControllerService(instance);
        return set(property, identifier);
    }

    /** Schedules the processor. */
    Stage build(String... outputs) {
        MockProcessContext configured = (MockProcessContext) runner.getProcessContext();
        processor.initialize(new MockProcessorInitializationContext(processor, configured, new QuietLog(processor)));
        runner.run(1, false, true);
        return new Stage(processor, new SettledContext(processor, configured), List.of(outputs));
    }
}
