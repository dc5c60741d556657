package io.hybridingest.nifi.processors;

import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;

/** What a FlowFile says about where its content came from. */
final class FlowFileOrigin {
    private FlowFileOrigin() {}

    /** The identifier behind the {@code position} identity: given once, kept by everything made from the FlowFile. */
    static String identifier(FlowFile flowFile) {
        String given = flowFile.getAttribute(HybridAttributes.FLOWFILE);
        return given == null || given.isBlank() ? flowFile.getAttribute(CoreAttributes.UUID.key()) : given;
    }

    /** Path and filename where the path is known, else the filename. */
    static String source(FlowFile flowFile) {
        String directory = flowFile.getAttribute(CoreAttributes.ABSOLUTE_PATH.key());
        String filename = flowFile.getAttribute(CoreAttributes.FILENAME.key());
        if (directory == null || directory.isBlank()) {
            return filename;
        }
        return directory.endsWith("/") ? directory + filename : directory + "/" + filename;
    }
}
