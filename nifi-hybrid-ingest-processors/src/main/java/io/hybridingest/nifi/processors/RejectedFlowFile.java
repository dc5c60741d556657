package io.hybridingest.nifi.processors;

import io.hybridingest.kafka.PublishPlan;
import io.hybridingest.kafka.RecordSource;
import io.hybridingest.kafka.RejectedRecord;
import io.hybridingest.kafka.UnreadableContentException;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessSession;

/** Makes the FlowFile that carries the records of another one that Kafka will never take. */
final class RejectedFlowFile {
    private static final String AVRO_CONTAINER = "application/avro-binary";

    private RejectedFlowFile() {}

    /** @return a child of {@code parent}, not transferred yet */
    static FlowFile create(
            ProcessSession session, PublishPlan plan, FlowFile parent, List<RejectedRecord> rejected, Clock clock) {
        FlowFile child = session.create(parent);
        RecordSource source = new RecordSource(() -> session.read(parent), parent.getAttributes(), parent.getSize());
        FlowFile written = session.write(child, out -> {
            try {
                plan.writeRejected(source, rejected, clock, out);
            } catch (UnreadableContentException e) {
                throw new IOException(e.getMessage(), e);
            }
        });
        Map<String, String> attributes = new HashMap<>();
        attributes.put("record.count", Integer.toString(rejected.size()));
        attributes.put("hybrid.pipeline", plan.pipeline().name());
        attributes.put("hybrid.reasons", reasons(rejected));
        attributes.put(CoreAttributes.MIME_TYPE.key(), AVRO_CONTAINER);
        attributes.put(CoreAttributes.FILENAME.key(), written.getAttribute(CoreAttributes.UUID.key()) + ".avro");
        return session.putAllAttributes(written, attributes);
    }

    /** Codes with their counts, such as {@code invalid-record=1, too-large=12}. */
    private static String reasons(List<RejectedRecord> rejected) {
        return rejected.stream()
                .collect(Collectors.groupingBy(record -> record.reason().code(), TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(Map.Entry::toString)
                .collect(Collectors.joining(", "));
    }
}
