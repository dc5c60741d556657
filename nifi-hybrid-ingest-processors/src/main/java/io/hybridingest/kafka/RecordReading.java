package io.hybridingest.kafka;

import java.util.Objects;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordReaderFactory;

/**
 * How content is read that is not sliced.
 *
 * @param readers makes a reader for each FlowFile
 * @param log is handed to the readers
 */
public record RecordReading(RecordReaderFactory readers, ComponentLog log) {
    public RecordReading {
        Objects.requireNonNull(readers, "readers");
        Objects.requireNonNull(log, "log");
    }
}
