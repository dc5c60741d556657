package io.hybridingest.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;

/**
 * The headers that all messages of one FlowFile share: the schema's fingerprint, and the FlowFile's attributes whose names
 * match a pattern. Immutable.
 */
final class MessageHeaders {
    private static final Set<String> OURS = Set.of(MessageHeader.ID, MessageHeader.SCHEMA);

    private final List<Header> shared;
    private final int size;

    private MessageHeaders(List<Header> shared) {
        this.shared = List.copyOf(shared);
        this.size = shared.stream().mapToInt(MessageHeaders::sizeOf).sum();
    }

    /**
     * @param schema header of the fingerprint
     * @param attributes attributes of the FlowFile
     * @param pattern has to match a name from its first to its last letter; null where no attribute becomes a header
     */
    static MessageHeaders of(Header schema, Map<String, String> attributes, Pattern pattern) {
        List<Header> headers = new ArrayList<>();
        headers.add(schema);
        if (pattern != null) {
            new TreeMap<>(attributes).forEach((name, value) -> {
                if (pattern.matcher(name).matches() && !OURS.contains(name)) {
                    headers.add(new MessageHeader(name, value.getBytes(StandardCharsets.UTF_8)));
                }
            });
        }
        return new MessageHeaders(headers);
    }

    /** All headers of the message of one record. */
    List<Header> of(byte[] ingestId) {
        Header id = new MessageHeader(MessageHeader.ID, ingestId);
        if (shared.size() == 1) {
            return List.of(id, shared.getFirst());
        }
        List<Header> all = new ArrayList<>(shared.size() + 1);
        all.add(id);
        all.addAll(shared);
        return all;
    }

    /** Bytes that the headers take in a message, at most. */
    int size(byte[] ingestId) {
        return size
                + MessageSize.ofHeader(MessageHeader.ID.length(), ingestId)
                + MessageSize.ofLength(shared.size() + 1);
    }

    private static int sizeOf(Header header) {
        return MessageSize.ofHeader(header.key().getBytes(StandardCharsets.UTF_8).length, header.value());
    }
}
