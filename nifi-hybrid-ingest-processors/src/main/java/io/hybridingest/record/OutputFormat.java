package io.hybridingest.record;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A format that records can be written in.
 *
 * @param <R> the form that a record is handed over in
 */
@FunctionalInterface
public interface OutputFormat<R> {
    /** Begins an output; closing it closes the stream. */
    RecordOutput<R> open(OutputStream out) throws IOException;
}
