package io.hybridingest.record;

import java.io.Closeable;
import java.io.IOException;

/** The blocks of an Avro container whose header is read, one at a time and as they are, compressed or not. For one thread. */
public interface RecordBlocks extends Closeable {
    /** Schema that the records were written with, in JSON. */
    String schemaJson();

    /** Name of the codec that the blocks are compressed with. */
    String codec();

    /**
     * Moves to the next block.
     *
     * @return whether there is one
     * @throws IOException where the container breaks off or is damaged
     */
    boolean next() throws IOException;

    /** Records in the block. */
    long records();

    /** The block's bytes, {@link #length} of them from the first on; valid until the next call of {@link #next}. */
    byte[] data();

    /** Number of the block's bytes. */
    int length();
}
