package io.hybridingest.record;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/**
 * Writes the records of one output, one after the other. Not safe for several threads.
 *
 * @param <R> the form that a record is handed over in
 */
public interface RecordOutput<R> extends Closeable {
    /** Writes one record; the output keeps no reference to it. */
    void write(R record) throws IOException;

    /**
     * Ends the content. To be called once, before {@link #close}.
     *
     * @return attributes that describe the content, {@code mime.type} among them
     */
    Map<String, String> finish() throws IOException;
}
