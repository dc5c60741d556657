package io.hybridingest.record;

import java.io.IOException;
import java.io.InputStream;

/** Content on its way to a reader, watched for what the reader would pass over in silence. */
record Framing(InputStream content, End end) {
    /** Is told when the reader says that there are no more records. */
    @FunctionalInterface
    interface End {
        /** @param delivered number of records that the reader gave */
        void require(long delivered) throws IOException;
    }

    /**
     * Watches content as far as it is of a format that readers pass over parts of.
     *
     * @param source at its first byte; has to support mark and reset
     * @param size bytes in the content
     */
    static Framing of(InputStream source, long size) throws IOException {
        if (Containers.beginsIn(source)) {
            ContainerFraming container = ContainerFraming.of(source, size);
            return new Framing(container, container::requireEnd);
        } else if (JsonFraming.mayBeginIn(source)) {
            JsonFraming json = new JsonFraming(source);
            return new Framing(json, json::requireEnd);
        }
        return new Framing(source, delivered -> {});
    }

    void requireEnd(long delivered) throws IOException {
        end.require(delivered);
    }
}
