package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.QuarantinedRecord;
import io.hybridingest.record.Containers;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.route.Lane;
import io.hybridingest.route.LaneOutputs;
import io.hybridingest.route.Tally;
import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;

/** The FlowFiles that one FlowFile is split into, one a lane. Not safe for several threads. */
final class LaneFlowFiles<R> implements LaneOutputs<R>, Closeable {
    private final ReasonTally reasons = new ReasonTally();
    private final Map<Lane, OutputFlowFile<R>> lanes = new EnumMap<>(Lane.class);
    private final OutputFlowFile<GenericRecord> invalid;

    LaneFlowFiles(ProcessSession session, FlowFile parent, OutputFormat<R> format) {
        lanes.put(Lane.STREAM, new OutputFlowFile<>(session, parent, format));
        lanes.put(Lane.BATCH, new OutputFlowFile<>(session, parent, format));
        invalid = new OutputFlowFile<>(session, parent, Containers.ofQuarantinedRecords());
    }

    @Override
    public void write(Lane lane, R record) throws IOException {
        lanes.get(lane).write(record);
    }

    @Override
    public void reject(QuarantinedRecord record) throws IOException {
        reasons.add(record.reasons());
        invalid.write(record.toAvro());
    }

    ReasonTally reasons() {
        return reasons;
    }

    /**
     * Ends every FlowFile that has records.
     *
     * @param tallies tally of each lane that has any
     * @param pipeline name of the pipeline
     */
    Map<Lane, FlowFile> finish(Map<Lane, Tally> tallies, String pipeline) throws IOException {
        Map<Lane, FlowFile> finished = new EnumMap<>(Lane.class);
        for (Map.Entry<Lane, Tally> entry : tallies.entrySet()) {
            Lane lane = entry.getKey();
            Map<String, String> attributes = entry.getValue().attributes();
            attributes.put(HybridAttributes.PIPELINE, pipeline);
            attributes.put(HybridAttributes.LANE, lane.text());
            lanes.get(lane).finish(attributes).ifPresent(flowFile -> finished.put(lane, flowFile));
        }
        invalid.finishUnderOwnName(Map.of(
                        HybridAttributes.PIPELINE, pipeline,
                        HybridAttributes.LANE, Lane.INVALID.text(),
                        HybridAttributes.REASONS, reasons.text()))
                .ifPresent(flowFile -> finished.put(Lane.INVALID, flowFile));
        return finished;
    }

    /** Takes back everything that was written. */
    void discard() throws IOException {
        for (OutputFlowFile<R> lane : lanes.values()) {
            lane.discard();
        }
        invalid.discard();
    }

    @Override
    public void close() throws IOException {
        for (OutputFlowFile<R> lane : lanes.values()) {
            lane.close();
        }
        invalid.close();
    }
}
