package io.hybridingest.route;

import io.hybridingest.record.InstantReader;
import io.hybridingest.record.OutputFormat;
import io.hybridingest.record.RecordInput;
import io.hybridingest.record.RecordJson;
import io.hybridingest.record.Redaction;
import io.hybridingest.record.UnreadableContentException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/** The records that a Record Reader finds, to be written by a Record Writer. */
public final class ReaderRecords implements RoutableRecords<Record> {
    private final RecordInput input;
    private final Function<RecordSchema, OutputFormat<Record>> formats;
    private final List<String> eventTimePath;
    private final InstantReader instants;
    private Record current;

    /**
     * @param input the records, which are closed with this
     * @param formats the output's format for the reader's schema
     * @param eventTimeField dotted path of the event time
     */
    public ReaderRecords(
            RecordInput input,
            Function<RecordSchema, OutputFormat<Record>> formats,
            String eventTimeField,
            InstantReader instants) {
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
        input.close();
    }
}
