package io.hybridingest.nifi.processors;

import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordOutput;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessSession;

/**
 * A FlowFile of records, created as a child of its parent when its first record arrives: without records there is none. Not safe
 * for several threads.
 *
 * @param <R> the form that a record is handed over in
 */
final class OutputFlowFile<R> implements Closeable {
    private final ProcessSession session;
    private final FlowFile parent;
    private final OutputFormat<R> format;
    private FlowFile flowFile;
    private RecordOutput<R> output;
    private long count;

    OutputFlowFile(ProcessSession session, FlowFile parent, OutputFormat<R> format) {
        this.session = session;
        this.parent = parent;
        this.format = format;
    }

    void write(R record) throws IOException {
        if (output == null) {
            flowFile = session.create(parent);
            OutputStream out = session.write(flowFile);
            output = format.open(out);
        }
        output.write(record);
        count++;
    }

    /** Number of records written so far. */
    long count() {
        return count;
    }

    /**
     * Ends the content and describes it.
     *
     * @param attributes attributes of the FlowFile beside {@code record.count} and those of its format
     * @return empty where no record was written
     */
    Optional<FlowFile> finish(Map<String, String> attributes) throws IOException {
        if (output == null) {
            return Optional.empty();
        }
        Map<String, String> all = new HashMap<>(output.finish());
        close();
        all.putAll(attributes);
        all.put("record.count", Long.toString(count));
        return Optional.of(session.putAllAttributes(flowFile, all));
    }

    /**
     * Ends the content under a file name of its own. Quarantined records of one FlowFile come from several processors and
     * meet in one directory, where the parent's name would let one replace the other.
     *
     * @return empty where no record was written
     */
    Optional<FlowFile> finishUnderOwnName(Map<String, String> attributes) throws IOException {
        return finish(attributes)
                .map(finished -> session.putAttribute(
                        finished,
                        CoreAttributes.FILENAME.key(),
                        finished.getAttribute(CoreAttributes.UUID.key()) + ".avro"));
    }

    /** Takes back everything that was written. */
    void discard() throws IOException {
        close();
        if (flowFile != null) {
            session.remove(flowFile);
        }
    }

    /** Closes what is being written; what has been finished stays. */
    @Override
    public void close() throws IOException {
        if (output != null) {
            RecordOutput<R> open = output;
            output = null;
            open.close();
        }
    }
}
