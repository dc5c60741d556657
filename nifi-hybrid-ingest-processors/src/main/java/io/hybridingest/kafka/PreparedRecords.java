package io.hybridingest.kafka;

import java.io.Closeable;
import java.io.IOException;

/** The prepared records of one content, one after the other. For one thread. */
sealed interface PreparedRecords extends Closeable permits ContainerRecords, JsonLines, JsonRecords, ReaderRecords {
    /**
     * The next record, valid until the next call; null after the last one.
     *
     * @throws UnreadableContentException where the content holds something else from here on
     */
    PreparedRecord next() throws UnreadableContentException;

    /** Closes the content. */
    @Override
    void close() throws IOException;
}
