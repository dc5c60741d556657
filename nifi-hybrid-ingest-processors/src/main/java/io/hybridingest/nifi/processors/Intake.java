package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.RecordSource;
import io.hybridingest.kafka.RecordSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/**
 * Takes the FlowFiles of one transaction out of the queue, one by one as the publisher asks for them. A FlowFile that is
 * under suspicion goes alone. For one thread.
 */
final class Intake implements RecordSources {
    private final ProcessSession session;
    private final BatchLimit.Count taken;
    private final BooleanSupplier goesOn;
    private final List<FlowFile> flowFiles = new ArrayList<>();
    private int given;
    private boolean full;

    /**
     * @param taken counts what is taken
     * @param goesOn whether further FlowFiles may be taken at all
     */
    Intake(ProcessSession session, BatchLimit.Count taken, BooleanSupplier goesOn) {
        this.session = session;
        this.taken = taken;
        this.goesOn = goesOn;
    }

    /** Takes the first FlowFile; false where there is none. */
    boolean begin() {
        FlowFile first = session.get();
        if (first == null) {
            return false;
        }
        add(first);
        return true;
    }

    @Override
    public Optional<RecordSource> next(long records) {
        if (given < flowFiles.size()) {
            return Optional.of(source(flowFiles.get(given++)));
        }
        if (full || taken.reached(records) || !goesOn.getAsBoolean()) {
            return Optional.empty();
        }
        FlowFile flowFile = session.get();
        if (flowFile == null) {
            return Optional.empty();
        }
        if (PublishAttempts.areCounted(flowFile)) {
            full = true;
            session.transfer(flowFile);
            return Optional.empty();
        }
        add(flowFile);
        return next(records);
    }

    /** The FlowFiles that were taken, in their order. */
    List<FlowFile> flowFiles() {
        return List.copyOf(flowFiles);
    }

    private void add(FlowFile flowFile) {
        flowFiles.add(flowFile);
        taken.add(flowFile.getSize());
        full |= PublishAttempts.areCounted(flowFile);
    }

    private RecordSource source(FlowFile flowFile) {
        return new RecordSource(() -> session.read(flowFile), flowFile.getAttributes(), flowFile.getSize());
    }
}
