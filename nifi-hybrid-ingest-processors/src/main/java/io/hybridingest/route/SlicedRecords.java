package io.hybridingest.route;

import io.hybridingest.record.AvroRecords;
import io.hybridingest.record.ContainerSlices;
import io.hybridingest.record.Containers;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/** The records of an Avro container: only the event time is read, and the bytes are copied. */
public final class SlicedRecords implements RoutableRecords<ByteBuffer> {
    private final ContainerSlices slices;
    private RecordSchema schema;

    private SlicedRecords(ContainerSlices slices) {
        this.slices = slices;
    }

    /**
     * Begins reading.
     *
     * @param in a whole container
     * @param eventTimeField dotted path of the event time
     * @throws UnreadableContentException where the content is no Avro container, or has no such field
     */
    public static SlicedRecords open(InputStream in, String eventTimeField) throws UnreadableContentException {
        return new SlicedRecords(ContainerSlices.open(in, eventTimeField));
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
    public OutputFormat<ByteBuffer> format() {
        return Containers.ofSlices(slices.schema());
    }

    @Override
    public Record record() throws UnreadableContentException {
        if (schema == null) {
            schema = AvroRecords.recordSchema(slices.schema());
        }
        return AvroRecords.record(slices.decode(), schema);
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
}
