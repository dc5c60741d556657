package io.hybridingest.nifi.processors;

import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/**
 * Counts, in an attribute, how often a FlowFile was there when publishing failed for no known reason. The count survives a
 * restart, and people see it in the queue. A FlowFile that has it is published alone, so that it fails alone.
 *
 * @param maximum number of failures after which a FlowFile is given up
 */
record PublishAttempts(int maximum) {
    static final String ATTRIBUTE = "hybrid.publish.attempts";

    /** Whether the FlowFile is under suspicion. */
    static boolean areCounted(FlowFile flowFile) {
        return flowFile.getAttribute(ATTRIBUTE) != null;
    }

    /** Forgets the count. */
    static FlowFile forget(ProcessSession session, FlowFile flowFile) {
        return areCounted(flowFile) ? session.removeAttribute(flowFile, ATTRIBUTE) : flowFile;
    }

    /** Puts all of them under suspicion without blaming any, because one of them may be at fault. */
    void suspect(ProcessSession session, List<FlowFile> flowFiles) {
        flowFiles.forEach(flowFile -> session.transfer(session.putAttribute(flowFile, ATTRIBUTE, "0")));
    }

    /** How often the FlowFile has failed, this time included. */
    int countedAgain(FlowFile flowFile) {
        String counted = flowFile.getAttribute(ATTRIBUTE);
        return counted != null && counted.matches("[0-9]{1,6}") ? Integer.parseInt(counted) + 1 : 1;
    }

    /** Puts the FlowFile back into the queue, where it waits for a while. */
    void putBack(ProcessSession session, FlowFile flowFile, int attempts) {
        FlowFile counted = session.putAttribute(flowFile, ATTRIBUTE, Integer.toString(attempts));
        session.transfer(session.penalize(counted));
    }
}
