package io.hybridingest.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;

/**
 * One FlowFile as a publisher sees it. Its content can be read as often as needed: once for every attempt to send it.
 * Memory therefore does not grow with the content.
 *
 * @param content the bytes
 * @param attributes its attributes, for Record Readers and for message headers
 * @param size number of bytes
 */
public record RecordSource(Content content, Map<String, String> attributes, long size) {

    public RecordSource {
        Objects.requireNonNull(content, "content");
        attributes = Map.copyOf(attributes);
    }

    /** The bytes of a FlowFile. */
    @FunctionalInterface
    public interface Content {
        /** Opens the content at its beginning; the caller closes it. */
        InputStream open() throws IOException;
    }
}
