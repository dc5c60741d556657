package io.hybridingest.kafka;

import io.hybridingest.record.AvroCursor;
import io.hybridingest.record.BlockCodec;
import io.hybridingest.record.BufferedBlocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Cuts records out of Avro binary. Keeps its buffers from one content to the next, because many FlowFiles hold a single
 * record. For one thread, and one content at a time.
 */
final class Slicer implements AutoCloseable {
    private final RecordLayout layout;
    private final AvroCursor cursor = new AvroCursor();
    private final AvroCursor inner = new AvroCursor();
    private final Map<String, BlockCodec> codecs = new HashMap<>();
    private final BufferedBlocks blocks = new BufferedBlocks();
    private final JsonRow jsonRow;
    private byte[] content = {};

    /** @param row writes records of the layout's schema */
    Slicer(RecordLayout layout, AvroRow row) {
        this.layout = layout;
        this.jsonRow = new JsonRow(row);
    }

    RecordLayout layout() {
        return layout;
    }

    /** Room for so many bytes of a content, which are its until the next one is opened. */
    byte[] room(int size) {
        if (content.length < size) {
            content = new byte[Math.max(size, 2 * content.length)];
        }
        return content;
    }

    /** Reads containers that lie in {@link #room}. */
    BufferedBlocks blocks() {
        return blocks;
    }

    /** Writes JSON objects as Avro binary. */
    JsonRow jsonRow() {
        return jsonRow;
    }

    /** Undoes a block's compression and stands at its first record. */
    void open(String codec, byte[] block, int length) throws IOException {
        ByteBuffer records = codecs.computeIfAbsent(codec, BlockCodec::named).decompress(block, length);
        open(records.array(), records.arrayOffset() + records.position(), records.remaining());
    }

    /** Stands at the first of some records. */
    void open(byte[] records, int offset, int length) {
        cursor.reset(records, offset, length);
    }

    /** Cuts out the next record. */
    PreparedRecord next(long index) {
        return layout.slice(cursor, inner, index);
    }

    /** Bytes that are left. */
    int remaining() {
        return cursor.remaining();
    }

    /** The bytes that are sliced. */
    byte[] bytes() {
        return cursor.data();
    }

    /** Index of the next byte in {@link #bytes}. */
    int position() {
        return cursor.position();
    }

    @Override
    public void close() {
        codecs.values().forEach(BlockCodec::close);
        codecs.clear();
    }
}
