package io.hybridingest.record;

import io.hybridingest.pipeline.FieldPath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The records of an Avro container as slices of its blocks: the event time is read, everything else is skipped over, and
 * the bytes of a record can be copied as they are. Memory holds one block. Not safe for several threads.
 */
public final class ContainerSlices implements Closeable {
    private static final long MICROS_PER_MILLI = 1_000L;

    private final SyncTail tail;
    private final DataFileStream<GenericRecord> stream;
    private final GenericDatumReader<GenericRecord> recordReader;
    private final List<Schema.Field> path;
    private final boolean millis;

    private byte[] block;
    private int blockEnd;
    private BinaryDecoder decoder;
    private BinaryDecoder recordDecoder;
    private long left;
    private int start;
    private int end;
    private OptionalLong eventMicros = OptionalLong.empty();

    private ContainerSlices(SyncTail tail, DataFileStream<GenericRecord> stream, String eventTimeField)
            throws UnreadableContentException {
        this.tail = tail;
        this.stream = stream;
        recordReader = new GenericDatumReader<>(stream.getSchema());
        FieldPath field = resolve(stream.getSchema(), eventTimeField);
        path = field.steps();
        millis = field.type().getLogicalType() instanceof LogicalTypes.TimestampMillis;
    }

    /**
     * Begins reading.
     *
     * @param in a whole container
     * @param eventTimeField dotted path of a timestamp-micros or timestamp-millis field
     * @throws UnreadableContentException where the content is no Avro container, or has no such field
     */
    public static ContainerSlices open(InputStream in, String eventTimeField) throws UnreadableContentException {
        SyncTail tail = new SyncTail(in);
        try {
            return new ContainerSlices(tail, new DataFileStream<>(tail, new GenericDatumReader<>()), eventTimeField);
        } catch (UnreadableContentException e) {
            throw e;
        } catch (IOException | AvroRuntimeException e) {
            throw new UnreadableContentException("the content is not an Avro container: " + e.getMessage(), e);
        }
    }

    /** Schema that the records were written with. */
    public Schema schema() {
        return stream.getSchema();
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
            start = end;
            eventMicros = readEventTime();
            end = blockEnd - decoder.inputStream().available();
            return true;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableContentException("the Avro container is damaged: " + e.getMessage(), e);
        }
    }

    /** The current record in Avro binary, valid until the next call of {@link #next}. */
    public ByteBuffer slice() {
        return ByteBuffer.wrap(block, start, end - start);
    }

    /** Event time of the current record in microseconds since the epoch, empty where it is null. */
    public OptionalLong eventMicros() {
        return eventMicros;
    }

    /** The current record, decoded. */
    public GenericRecord decode() throws UnreadableContentException {
        recordDecoder = DecoderFactory.get().binaryDecoder(block, start, end - start, recordDecoder);
        try {
            return recordReader.read(null, recordDecoder);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableContentException("the Avro container is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private boolean nextBlock() throws IOException {
        if (!stream.hasNext()) {
            // Avro takes a container that breaks off within a block for one that ends before it.
            tail.requireSync();
            return false;
        }
        ByteBuffer bytes = stream.nextBlock();
        block = bytes.array();
        end = bytes.arrayOffset() + bytes.position();
        blockEnd = end + bytes.remaining();
        decoder = DecoderFactory.get().binaryDecoder(block, end, bytes.remaining(), decoder);
        left = stream.getBlockCount();
        return true;
    }

    private OptionalLong readEventTime() throws IOException {
        return readFrom(stream.getSchema(), 0);
    }

    /** Reads the record at one level of the path: what is before the field, the field, and what is after it. */
    private OptionalLong readFrom(Schema record, int level) throws IOException {
        OptionalLong value = OptionalLong.empty();
        Schema.Field wanted = path.get(level);
        for (Schema.Field field : record.getFields()) {
            if (field.pos() == wanted.pos()) {
                value = readField(field.schema(), level);
            } else {
                GenericDatumReader.skip(field.schema(), decoder);
            }
        }
        return value;
    }

    private OptionalLong readField(Schema declared, int level) throws IOException {
        Schema schema =
                declared.getType() == Schema.Type.UNION ? declared.getTypes().get(decoder.readIndex()) : declared;
        if (schema.getType() == Schema.Type.NULL) {
            return OptionalLong.empty();
        }
        if (level < path.size() - 1) {
            return readFrom(schema, level + 1);
        }
        long value = decoder.readLong();
        return OptionalLong.of(millis ? Math.multiplyExact(value, MICROS_PER_MILLI) : value);
    }

    private static FieldPath resolve(Schema schema, String eventTimeField) throws UnreadableContentException {
        FieldPath path = FieldPath.find(schema, eventTimeField)
                .orElseThrow(() -> new UnreadableContentException(
                        "the container's schema has no field " + eventTimeField + ", the pipeline's event time"));
        if (path.type().getType() != Schema.Type.LONG) {
            throw new UnreadableContentException(
                    "the event time " + eventTimeField + " is not a timestamp in the container's schema");
        }
        return path;
    }
}
