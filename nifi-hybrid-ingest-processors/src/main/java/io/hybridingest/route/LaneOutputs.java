package io.hybridingest.route;

import io.hybridingest.pipeline.QuarantinedRecord;
import java.io.IOException;

/**
 * Where the records of a split content go.
 *
 * @param <R> the form in which a record is copied
 */
public interface LaneOutputs<R> {
    /** Takes a record of the stream or the batch lane, and keeps no reference to it. */
    void write(Lane lane, R record) throws IOException;

    /** Takes an invalid record. */
    void reject(QuarantinedRecord record) throws IOException;
}
