package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.EventTime;
import io.hybridingest.record.InstantReader;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordSets;
import io.hybridingest.record.UnreadableContentException;
import io.hybridingest.route.LanePolicy;
import io.hybridingest.route.ReaderRecords;
import io.hybridingest.route.RoutableRecords;
import io.hybridingest.route.SlicedRecords;
import java.io.InputStream;
import java.util.Map;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * Everything that routing is configured with. Immutable and safe to share between threads.
 *
 * @param pipeline name of the pipeline
 * @param policy chooses the lanes
 * @param instants reads event times of records that are not Avro containers
 * @param bulkRecordCount a FlowFile of more records than this is bulk
 * @param bulkSize a FlowFile of more bytes than this is bulk
 * @param reader null where Avro containers are sliced
 * @param writer null where Avro containers are sliced
 */
record RoutePlan(
        String pipeline,
        LanePolicy policy,
        InstantReader instants,
        long bulkRecordCount,
        long bulkSize,
        RecordReaderFactory reader,
        RecordSetWriterFactory writer) {

    boolean slices() {
        return reader == null;
    }

    boolean isBulk(FlowFile flowFile) {
        return flowFile.getSize() > bulkSize || recordCount(flowFile) > bulkRecordCount;
    }

    RoutableRecords<?> open(FlowFile flowFile, InputStream in, ComponentLog logger) throws UnreadableContentException {
        EventTime eventTime = policy.eventTime();
        if (slices()) {
            return SlicedRecords.open(in, eventTime.field());
        }
        Map<String, String> attributes = flowFile.getAttributes();
        RecordInput input = RecordInput.open(reader, attributes, in, flowFile.getSize(), logger, true);
        return new ReaderRecords(
                input, schema -> RecordSets.format(writer, schema, attributes, logger), eventTime.field(), instants);
    }

    private static long recordCount(FlowFile flowFile) {
        String count = flowFile.getAttribute(HybridAttributes.RECORD_COUNT);
        try {
            return count == null ? 0 : Long.parseLong(count.trim());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
