package io.hybridingest.route;

import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.UnreadableContentException;
import java.io.Closeable;
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

    /** The format that {@link #content} is copied into. */
    OutputFormat<R> format() throws UnreadableContentException;

    /** The record decoded, as NiFi sees it. */
    Record record() throws UnreadableContentException;

    /** The record as JSON in UTF-8. */
    byte[] json() throws UnreadableContentException;

    /** The value of a text field of the record, empty where there is none. */
    Optional<String> text(String field) throws UnreadableContentException;
}
