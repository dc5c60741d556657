package io.hybridingest.route;

import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.UnreadableContentException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.nifi.serialization.record.Record;

/**
 * The records of one content, one at a time, with what is needed to choose their lanes. Not safe for several threads.
 *
 * @param <R> the form in which a record is copied
 */
public sealed interface RoutableRecords<R> extends Closeable permits SlicedRecords, ReaderRecords {
    /**
     * Moves to the next record.
     *
     * @return whether there is one
     * @throws UnreadableContentException where the content is malformed from here on
     */
    boolean next() throws UnreadableContentException;

    /** Event time of the record in microseconds since the epoch, empty where it has none. */
    OptionalLong eventMicros();

    /** The record to be copied, valid until the next call of {@link #next}. */
    R content();

    /**
     * Holds the record back, to be copied later or not at all. To be asked of every record from the first on, until one is not
     * held.
     *
     * @return whether there was room for it
     */
    boolean hold();

    /** Hands over the records held, in order, when the next one after them is at hand and is not held. To be called once. */
    void release(Sink<R> sink) throws IOException;

    /** The format that {@link #content} is copied into. */
    OutputFormat<R> format() throws UnreadableContentException;

    /** The MIME type of the content where it is known from its bytes. */
    Optional<String> mimeType();

    /** The record decoded, as NiFi sees it. */
    Record record() throws UnreadableContentException;

    /** The record as JSON in UTF-8. */
    byte[] json() throws UnreadableContentException;

    /** The value of a text field of the record, empty where there is none. */
    Optional<String> text(String field) throws UnreadableContentException;

    /** Takes records that were held. */
    @FunctionalInterface
    interface Sink<R> {
        /** Takes a record, and keeps no reference to it. */
        void accept(R record) throws IOException;
    }
}
