package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.RecordSource;
import io.hybridingest.kafka.UnreadableContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.ProcessException;

/** The FlowFiles of one transaction, all of them readable, each with the number of its records. */
record Intake(List<Entry> entries) {
    Intake {
        entries = List.copyOf(entries);
    }

    /** One FlowFile and the number of records in it. */
    record Entry(FlowFile flowFile, long records) {}

    /**
     * Takes FlowFiles until the limit is met or none is left. Each is read as a whole before any of its records is sent,
     * so that an unreadable one goes alone.
     *
     * @param unreadable takes the FlowFiles that hold no records of the plan's pipeline, and why
     */
    static Intake take(
            ProcessSession session,
            PublishPlan plan,
            BatchLimit limit,
            BiConsumer<FlowFile, UnreadableContentException> unreadable) {
        List<Entry> entries = new ArrayList<>();
        while (!limit.reached()) {
            FlowFile flowFile = session.get();
            if (flowFile == null) {
                break;
            }
            try {
                long records = plan.inspect(() -> session.read(flowFile));
                entries.add(new Entry(flowFile, records));
                limit.add(records, flowFile.getSize());
            } catch (UnreadableContentException e) {
                unreadable.accept(flowFile, e);
            } catch (IOException e) {
                throw new ProcessException("The content of " + flowFile + " cannot be closed: " + e.getMessage(), e);
            }
        }
        return new Intake(entries);
    }

    List<RecordSource> sources(ProcessSession session) {
        return entries.stream()
                .<RecordSource>map(entry -> () -> session.read(entry.flowFile()))
                .toList();
    }

    /** Puts every FlowFile back into the queue. */
    void putBack(ProcessSession session) {
        session.transfer(entries.stream().map(Entry::flowFile).toList());
    }
}
