package io.hybridingest.nifi.processors;

import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;

/** Where a FlowFile goes, and why, as provenance tells it later. */
final class Provenance {
    private Provenance() {}

    /**
     * Hands a FlowFile on.
     *
     * @param details why it goes there
     */
    static void route(ProcessSession session, FlowFile flowFile, Relationship relationship, String details) {
        session.transfer(flowFile, relationship);
        session.getProvenanceReporter().route(flowFile, relationship, details);
    }
}
