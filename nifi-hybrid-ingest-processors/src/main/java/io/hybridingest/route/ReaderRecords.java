package io.hybridingest.route;

import io.hybridingest.record.InstantReader;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/** The records that a Record Reader finds, to be written by a Record Writer. They are held in memory, as far as there is room. */
public final class ReaderRecords implements RoutableRecords<Record> {
    private final InputStream in;
    private final RecordInput input;
    private final Function<RecordSchema, OutputFormat<Record>> formats;
    private final List<String> eventTimePath;
    private final InstantReader instants;
    private final HeldRecords held = new HeldRecords();
    private Record current;

    /**
     * @param in the content, which is closed with this
     * @param input the records in it, which are closed with this
     * @param formats the output's format for the reader's schema
     * @param eventTimeField dotted path of the event time
     */
    public ReaderRecords(
            InputStream in,
            RecordInput input,
            Function<RecordSchema, OutputFormat<Record>> formats,
            String eventTimeField,
            InstantReader instants) {
        this.in = in;
        this.input = input;
        this.formats = formats;
        this.eventTimePath = List.of(eventTimeField.split("\\."));
        this.instants = instants;
    }

    @Override
    public boolean next() throws UnreadableContentException {
        current = input.next().orElse(null);
        return current != null;
    }

    @Override
    public OptionalLong eventMicros() {
        Object at = current;
        for (String name : eventTimePath) {
            at = switch (at) {
                case Record record -> record.getValue(name);
                case Map<?, ?> map -> map.get(name);
                case null, default -> null;
            };
        }
        return instants.epochMicros(at);
    }

    @Override
    public Record content() {
        return current;
    }

    @Override
    public boolean hold() {
        return held.add(current);
    }

    @Override
    public void release(Sink<Record> sink) throws IOException {
        for (Record record : held.release()) {
            sink.accept(record);
        }
    }

    @Override
    public Optional<String> mimeType() {
        return Optional.empty();
    }

    @Override
    public OutputFormat<Record> format() throws UnreadableContentException {
        return formats.apply(input.schema());
    }

    @Override
    public Record record() {
        return current;
    }

    @Override
    public byte[] json() {
        return RecordJson.bytes(current, Redaction.NOTHING);
    }

    @Override
    public Optional<String> text(String field) {
        return Optional.ofNullable(current.getValue(field)).map(Object::toString);
    }

    @Override
    public void close() throws IOException {
        try (in) {
            input.close();
        }
    }
}
