package io.hybridingest.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.MalformedRecordException;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * The records that a Record Reader finds in one content, with every way in which readers fail reduced to
 * {@link UnreadableContentException}. Not safe for several threads.
 */
public final class RecordInput implements Closeable {
    private final RecordReader reader;
    private final boolean typed;

    private RecordInput(RecordReader reader, boolean typed) {
        this.reader = reader;
        this.typed = typed;
    }

    /**
     * Begins reading.
     *
     * @param attributes the FlowFile's attributes, for readers that are configured by them
     * @param size bytes in the content
     * @param typed whether values are converted to the reader's schema; if not, whatever was in the content survives
     * @throws UnreadableContentException where the reader refuses the content
     */
    public static RecordInput open(
            RecordReaderFactory factory,
            Map<String, String> attributes,
            InputStream in,
            long size,
            ComponentLog logger,
            boolean typed)
            throws UnreadableContentException {
        try {
            return new RecordInput(factory.createRecordReader(attributes, in, size, logger), typed);
        } catch (MalformedRecordException | SchemaNotFoundException | IOException | RuntimeException e) {
            throw unreadable("no record could be read", e);
        }
    }

    /**
     * Reads the next record.
     *
     * @return empty at the end of the content
     * @throws UnreadableContentException where the content is malformed from here on
     */
    public Optional<Record> next() throws UnreadableContentException {
        try {
            return Optional.ofNullable(reader.nextRecord(typed, false));
        } catch (MalformedRecordException | IOException | RuntimeException e) {
            throw unreadable("the content is malformed", e);
        }
    }

    /** The reader's schema of the records. */
    public RecordSchema schema() throws UnreadableContentException {
        try {
            return reader.getSchema();
        } catch (MalformedRecordException | RuntimeException e) {
            throw unreadable("the content has no schema", e);
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private static UnreadableContentException unreadable(String what, Exception cause) {
        return new UnreadableContentException(what + ": " + cause.getMessage(), cause);
    }
}
