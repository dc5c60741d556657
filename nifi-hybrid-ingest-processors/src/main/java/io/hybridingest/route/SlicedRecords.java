package io.hybridingest.route;

import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.ContainerSlices;
import io.hybridingest.record.Containers;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import io.hybridingest.record.SliceLayouts;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;

/**
 * The records of an Avro container: only the event time is read, and the bytes are copied. Records are held by counting them: to
 * read them a second time is cheaper than to copy and compress them for nothing.
 */
public final class SlicedRecords implements RoutableRecords<ByteBuffer> {
    private final Content content;
    private final SliceLayouts layouts;
    private ContainerSlices slices;
    private long held;

    private SlicedRecords(Content content, SliceLayouts layouts, ContainerSlices slices) {
        this.content = content;
        this.layouts = layouts;
        this.slices = slices;
    }

    /**
     * Begins reading.
     *
     * @param content a whole container
     * @param layouts of the pipeline's event time
     * @throws UnreadableContentException where the content is no Avro container, or has no such event time
     */
    public static SlicedRecords open(Content content, SliceLayouts layouts) throws UnreadableContentException {
        return new SlicedRecords(content, layouts, slices(content, layouts));
    }

    @Override
    public boolean next() throws UnreadableContentException {
        return slices.next();
    }

    @Override
    public OptionalLong eventMicros() {
        return slices.eventMicros();
    }

    @Override
    public ByteBuffer content() {
        return slices.slice();
    }

    @Override
    public boolean hold() {
        held++;
        return true;
    }

    /** Goes back to the first record, and comes to stand at the current one again. */
    @Override
    public void release(Sink<ByteBuffer> sink) throws IOException {
        if (held == 0) {
            return;
        }
        if (!slices.rewind()) {
            slices.close();
            slices = slices(content, layouts);
        }
        for (; held > 0; held--) {
            slices.next();
            sink.accept(slices.slice());
        }
        slices.next();
    }

    @Override
    public OutputFormat<ByteBuffer> format() {
        return slices.format();
    }

    @Override
    public Optional<String> mimeType() {
        return Optional.of(Containers.MIME_TYPE);
    }

    @Override
    public Record record() throws UnreadableContentException {
        return AvroRecords.record(slices.decode(), slices.recordSchema());
    }

    @Override
    public byte[] json() throws UnreadableContentException {
        return RecordJson.bytes(slices.decode(), Redaction.NOTHING);
    }

    @Override
    public Optional<String> text(String field) throws UnreadableContentException {
        GenericRecord record = slices.decode();
        return record.hasField(field) ? Optional.ofNullable(record.get(field)).map(Object::toString) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        slices.close();
    }

    private static ContainerSlices slices(Content content, SliceLayouts layouts) throws UnreadableContentException {
        InputStream in = content.open();
        try {
            return ContainerSlices.open(in, layouts);
        } catch (UnreadableContentException | RuntimeException e) {
            close(in, e);
            throw e;
        }
    }

    private static void close(InputStream in, Exception reason) {
        try {
            in.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
