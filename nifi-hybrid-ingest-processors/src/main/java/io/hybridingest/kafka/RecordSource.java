package io.hybridingest.kafka;

import java.io.IOException;
import java.io.InputStream;

/**
 * Where the prepared records of one FlowFile can be read, as often as needed: once to see that all of them are readable,
 * and again for every attempt to send them. Memory therefore does not grow with the content.
 */
@FunctionalInterface
public interface RecordSource {
    /** Opens the content at its beginning; the caller closes it. */
    InputStream open() throws IOException;
}
