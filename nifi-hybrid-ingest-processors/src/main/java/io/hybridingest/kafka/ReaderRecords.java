package io.hybridingest.kafka;

import io.hybridingest.pipeline.SystemFields;
import io.hybridingest.record.RecordInput;
import java.io.IOException;
import java.util.Optional;
import org.apache.nifi.serialization.record.Record;

/** The prepared records that a Record Reader finds, each written as Avro binary of the wire schema. */
final class ReaderRecords implements PreparedRecords {
    private final RecordInput input;
    private final ContentGuard content;
    private final AvroRow row;
    private final Slicer slicer;
    private final AvroBuffer buffer = new AvroBuffer();
    private long index;

    /**
     * @param input the records, which are closed with this
     * @param content tells whether reading itself failed
     * @param row writes records of the wire schema
     */
    ReaderRecords(RecordInput input, ContentGuard content, AvroRow row, Slicer slicer) {
        this.input = input;
        this.content = content;
        this.row = row;
        this.slicer = slicer;
    }

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        try {
            Optional<Record> record = input.next();
            if (record.isEmpty()) {
                return null;
            }
            buffer.reset();
            row.write(record.get(), buffer);
            slicer.open(buffer.bytes(), 0, buffer.length());
            return slicer.next(index++);
        } catch (MisfitException e) {
            throw new UnreadableContentException(
                    "Record " + index + " is no prepared record of the pipeline (" + e.getMessage()
                            + "): send the records through PreprocessRecord first, which fits them to the schema and adds "
                            + SystemFields.INGEST_ID,
                    e);
        } catch (IOException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "The Record Reader cannot read on at record " + index + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
