package io.hybridingest.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.MockProcessSession;
import org.apache.nifi.util.SharedSessionState;

/**
 * One processor, configured and scheduled, triggered by the calling thread with one FlowFile at a time. Of the mock framework it takes the
 * session and leaves the runner, which remembers every session, FlowFile and log message.
 */
final class Stage {
    private static final AtomicLong IDENTIFIERS = new AtomicLong();

    private final Processor processor;
    private final ProcessContext context;
    private final List<String> outputs;

    /** @param outputs the relationships whose FlowFiles are the stage's result */
    Stage(Processor processor, ProcessContext context, List<String> outputs) {
        this.processor = processor;
        this.context = context;
        this.outputs = List.copyOf(outputs);
    }

    /** A FlowFile as it stands in the queue of a stage. */
    static MockFlowFile flowFile(byte[] content) {
        MockFlowFile flowFile = new MockFlowFile(IDENTIFIERS.getAndIncrement());
        flowFile.setData(content);
        return flowFile;
    }

    /** Processes a FlowFile; what goes elsewhere than to the outputs is not among the results. */
    List<MockFlowFile> process(MockFlowFile flowFile) {
        SharedSessionState queue = new SharedSessionState(processor, IDENTIFIERS);
        queue.getFlowFileQueue().offer(flowFile);
        MockProcessSession session = new MockProcessSession(queue, processor, true, context.getStateManager());
        processor.onTrigger(context, () -> session);
        List<MockFlowFile> results = new ArrayList<>();
        for (String output : outputs) {
            results.addAll(session.getFlowFilesForRelationship(output));
        }
        return results;
    }
}
