package io.hybridingest.nifi.processors;

import io.hybridingest.pipeline.EventTime;
import io.hybridingest.record.Containers;
import io.hybridingest.record.InstantReader;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordSets;
import io.hybridingest.record.SliceLayouts;
import io.hybridingest.record.UnreadableContentException;
import io.hybridingest.route.Content;
import io.hybridingest.route.LanePolicy;
import io.hybridingest.route.ReaderRecords;
import io.hybridingest.route.RoutableRecords;
import io.hybridingest.route.SlicedRecords;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;

/**
 * Everything that routing is configured with. Immutable but for what it remembers of schemas, and safe to share between threads.
 *
 * @param pipeline name of the pipeline
 * @param policy chooses the lanes
 * @param layouts of the containers that are sliced
 * @param instants reads event times of records that are not sliced
 * @param bulkRecordCount a FlowFile of more records than this is bulk
 * @param bulkSize a FlowFile of more bytes than this is bulk
 * @param reader null where there is nothing but Avro containers
 * @param writer null where there is nothing but Avro containers
 */
record RoutePlan(
        String pipeline,
        LanePolicy policy,
        SliceLayouts layouts,
        InstantReader instants,
        long bulkRecordCount,
        long bulkSize,
        RecordReaderFactory reader,
        RecordSetWriterFactory writer) {

    boolean isBulk(FlowFile flowFile) {
        return flowFile.getSize() > bulkSize || recordCount(flowFile) > bulkRecordCount;
    }

    /**
     * Begins reading: an Avro container that has the pipeline's event time is sliced, whatever is configured, and everything else
     * is for the Record Reader.
     *
     * @throws UnreadableContentException where it is not readable as what it is taken for
     * @throws IOException where it cannot be had
     */
    RoutableRecords<?> open(FlowFile flowFile, Content content, ComponentLog logger) throws IOException {
        if (reader == null) {
            return SlicedRecords.open(content, layouts);
        }
        InputStream in = content.open();
        if (!Containers.beginsIn(in)) {
            return read(flowFile, in, logger);
        }
        in.close();
        return slicedOrRead(flowFile, content, logger);
    }

    private RoutableRecords<?> slicedOrRead(FlowFile flowFile, Content content, ComponentLog logger)
            throws UnreadableContentException {
        try {
            return SlicedRecords.open(content, layouts);
        } catch (UnreadableContentException e) {
            logger.debug("{} is read by the Record Reader: {}", flowFile, e.getMessage());
            return read(flowFile, content.open(), logger);
        }
    }

    private RoutableRecords<?> read(FlowFile flowFile, InputStream in, ComponentLog logger)
            throws UnreadableContentException {
        EventTime eventTime = policy.eventTime();
        Map<String, String> attributes = flowFile.getAttributes();
        try {
            RecordInput input = RecordInput.open(reader, attributes, in, flowFile.getSize(), logger, true);
            return new ReaderRecords(
                    in,
                    input,
                    schema -> RecordSets.format(writer, schema, attributes, logger),
                    eventTime.field(),
                    instants);
        } catch (UnreadableContentException e) {
            try {
                in.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
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
