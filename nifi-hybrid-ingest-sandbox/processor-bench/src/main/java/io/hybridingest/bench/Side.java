package io.hybridingest.bench;

import java.util.List;
import org.apache.nifi.util.MockFlowFile;

/**
 * One of the ways to do a piece of work: processors, one after the other.
 *
 * @param name what people call it
 * @param stages each takes what the one before it gives
 */
record Side(String name, List<Stage> stages) {
    Side {
        stages = List.copyOf(stages);
    }

    Side(String name, Stage... stages) {
        this(name, List.of(stages));
    }

    /** The FlowFiles that become of one content. */
    List<MockFlowFile> process(byte[] content) {
        List<MockFlowFile> flowFiles = List.of(Stage.flowFile(content));
        for (Stage stage : stages) {
            flowFiles = flowFiles.size() == 1
                    ? stage.process(flowFiles.getFirst())
                    : flowFiles.stream()
                            .flatMap(flowFile -> stage.process(flowFile).stream())
                            .toList();
        }
        return flowFiles;
    }
}
