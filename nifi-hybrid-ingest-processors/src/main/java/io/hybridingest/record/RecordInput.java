package io.hybridingest.record;

import java.io.BufferedInputStream;
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
 * {@link UnreadableContentException}. What the source of the content throws is passed on as it is, unchecked: that is no fault of
 * the content. Not safe for several threads.
 *
 * <p>After a failure no further record is asked for. A reader that has failed stands somewhere in the middle: Commons CSV goes on after
 * the character that it stumbled over, and takes the rest of the line for a record; Jackson goes on at the next token, and takes an object inside
 * of the broken one for a record. {@code SchemaValidationException}, the one failure that NiFi lets readers go on after, ends the
 * content, too: it does not carry the record, which would be lost in silence. NiFi's own readers throw it only where types are
 * converted.
 */
public final class RecordInput implements Closeable {
    private final RecordReader reader;
    private final SourceGuard source;
    private final Framing framing;
    private final boolean typed;
    private final Disclosure disclosure;
    private long delivered;

    private RecordInput(
            RecordReader reader, SourceGuard source, Framing framing, boolean typed, Disclosure disclosure) {
        this.reader = reader;
        this.source = source;
        this.framing = framing;
        this.typed = typed;
        this.disclosure = disclosure;
    }

    /** Begins reading content that may be quoted. */
    public static RecordInput open(
            RecordReaderFactory factory,
            Map<String, String> attributes,
            InputStream in,
            long size,
            ComponentLog logger,
            boolean typed)
            throws UnreadableContentException {
        return open(factory, attributes, in, size, logger, typed, Disclosure.QUOTED);
    }

    /**
     * Begins reading.
     *
     * @param attributes the FlowFile's attributes, for readers that are configured by them
     * @param size bytes in the content
     * @param typed whether values are converted to the reader's schema; if not, whatever was in the content survives
     * @param disclosure what may be said of content that cannot be read
     * @throws UnreadableContentException where the reader refuses the content
     */
    public static RecordInput open(
            RecordReaderFactory factory,
            Map<String, String> attributes,
            InputStream in,
            long size,
            ComponentLog logger,
            boolean typed,
            Disclosure disclosure)
            throws UnreadableContentException {
        SourceGuard source = new SourceGuard(in.markSupported() ? in : new BufferedInputStream(in));
        try {
            Framing framing = Framing.of(source, size);
            RecordReader reader = factory.createRecordReader(attributes, framing.content(), size, logger);
            return new RecordInput(reader, source, framing, typed, disclosure);
        } catch (MalformedRecordException
                | SchemaNotFoundException
                | IOException
                | RuntimeException
                | StackOverflowError e) {
            source.rethrow();
            throw disclosure.unreadable("no record could be read", e);
        }
    }

    /**
     * Reads the next record.
     *
     * @return empty at the end of the content
     * @throws UnreadableContentException where the content is malformed from here on; no further record may be asked for
     */
    public Optional<Record> next() throws UnreadableContentException {
        try {
            Record record = reader.nextRecord(typed, false);
            if (record != null) {
                delivered++;
            } else {
                framing.requireEnd(delivered);
            }
            return Optional.ofNullable(record);
        } catch (PassedOverException quotesNothing) {
            throw quotesNothing;
        } catch (MalformedRecordException | IOException | RuntimeException | StackOverflowError e) {
            source.rethrow();
            throw disclosure.unreadable("the content is malformed", e);
        }
    }

    /** The reader's schema of the records. */
    public RecordSchema schema() throws UnreadableContentException {
        try {
            return reader.getSchema();
        } catch (MalformedRecordException | RuntimeException e) {
            source.rethrow();
            throw disclosure.unreadable("the content has no schema", e);
        }
    }

    /** @throws UnreadableContentException where the reader cannot let go of the content */
    @Override
    public void close() throws UnreadableContentException {
        try {
            reader.close();
        } catch (IOException | RuntimeException e) {
            source.rethrow();
            throw disclosure.unreadable("the content could not be read to its end", e);
        }
    }
}
