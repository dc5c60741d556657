package io.hybridingest.record;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * The records of an Avro container as slices of its blocks: the event time is read, everything else is stepped over, and
 * the bytes of a record can be copied as they are. Memory holds one block. Not safe for several threads.
 */
public final class ContainerSlices implements Closeable {
    private final SourceGuard source;
    private final ContainerBlocks blocks;
    private final SliceLayout layout;
    private final BlockCodec codec;
    private final AvroCursor cursor = new AvroCursor();

    private GenericDatumReader<GenericRecord> recordReader;
    private BinaryDecoder recordDecoder;
    private ByteBuffer block;
    private long blocksRead;
    private long left;
    private int start;
    private OptionalLong eventMicros = OptionalLong.empty();

    private ContainerSlices(SourceGuard source, ContainerBlocks blocks, SliceLayout layout, BlockCodec codec) {
        this.source = source;
        this.blocks = blocks;
        this.layout = layout;
        this.codec = codec;
    }

    /**
     * Begins reading.
     *
     * @param in a whole container
     * @param layouts of the event time that is wanted
     * @throws UnreadableContentException where the content is no Avro container, or has no such event time
     */
    public static ContainerSlices open(InputStream in, SliceLayouts layouts) throws UnreadableContentException {
        SourceGuard source = new SourceGuard(in);
        try {
            ContainerBlocks blocks = new ContainerBlocks(source);
            SliceLayout layout = layouts.of(blocks.schemaJson());
            return new ContainerSlices(source, blocks, layout, BlockCodec.named(blocks.codec()));
        } catch (UnreadableContentException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // Avro reports damage by exceptions of any kind, a NullPointerException among them.
            source.rethrow();
            throw new UnreadableContentException("the content is not an Avro container: " + e.getMessage(), e);
        }
    }

    /** Schema that the records were written with. */
    public Schema schema() {
        return layout.schema();
    }

    /** {@link #schema} as NiFi sees it. */
    public RecordSchema recordSchema() {
        return layout.recordSchema();
    }

    /** The format of containers like this one, that slices can be copied into. */
    public OutputFormat<ByteBuffer> format() {
        return Containers.ofSlices(blocks.schemaJson());
    }

    /**
     * Moves to the next record.
     *
     * @return whether there is one
     * @throws UnreadableContentException where the container is damaged from here on
     */
    public boolean next() throws UnreadableContentException {
        try {
            while (left == 0) {
                if (!nextBlock()) {
                    return false;
                }
            }
            left--;
            start = cursor.position();
            eventMicros = layout.read(cursor);
            if (left == 0 && cursor.remaining() > 0) {
                throw new IOException("a block holds more than its records");
            }
            return true;
        } catch (IOException | RuntimeException e) {
            source.rethrow();
            throw damaged(e);
        }
    }

    /**
     * Goes back to before the first record, where that is still in memory.
     *
     * @return whether it was
     */
    public boolean rewind() {
        if (blocksRead != 1) {
            return false;
        }
        beginBlock();
        return true;
    }

    /** The current record in Avro binary, valid until the next call of {@link #next}. */
    public ByteBuffer slice() {
        return ByteBuffer.wrap(cursor.data(), start, cursor.position() - start);
    }

    /** Event time of the current record in microseconds since the epoch, empty where it is null. */
    public OptionalLong eventMicros() {
        return eventMicros;
    }

    /** The current record, decoded. */
    public GenericRecord decode() throws UnreadableContentException {
        if (recordReader == null) {
            recordReader = new GenericDatumReader<>(layout.schema());
        }
        recordDecoder =
                DecoderFactory.get().binaryDecoder(cursor.data(), start, cursor.position() - start, recordDecoder);
        try {
            return recordReader.read(null, recordDecoder);
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    @Override
    public void close() throws IOException {
        codec.close();
        blocks.close();
    }

    private boolean nextBlock() throws IOException {
        if (!blocks.next()) {
            return false;
        }
        block = codec.decompress(blocks.data(), blocks.length());
        blocksRead++;
        beginBlock();
        return true;
    }

    private void beginBlock() {
        cursor.reset(block.array(), block.arrayOffset() + block.position(), block.remaining());
        left = blocks.records();
    }

    private static UnreadableContentException damaged(Exception cause) {
        return new UnreadableContentException("the Avro container is damaged: " + cause.getMessage(), cause);
    }
}
