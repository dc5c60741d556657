package io.hybridingest.kafka;

import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Stream;
import io.hybridingest.record.RecordInput;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Opens the content of FlowFiles as prepared records: by the Record Reader where one is given, else by what the content
 * begins with. Immutable; one instance serves all threads.
 */
final class PreparedContent {
    private static final int BUFFER = 64 * 1024;

    private final RecordLayout layout;
    private final Stream.Encoding encoding;
    private final SchemaAgreements agreements;
    private final JsonLayout jsonLayout;
    private final RecordReading reading;
    private final AvroRow row;

    /** @param reading null where content is sliced */
    PreparedContent(PipelineDefinition pipeline, RecordLayout layout, RecordReading reading) {
        this.layout = layout;
        this.encoding = pipeline.stream().encoding();
        this.agreements = new SchemaAgreements(layout.wire());
        this.jsonLayout = new JsonLayout(layout, pipeline.prepare().normalise());
        this.reading = reading;
        this.row = AvroRow.of(layout.wire(), pipeline.prepare().normalise());
    }

    /** Tools for one thread, which it closes. */
    Slicer slicer() {
        return new Slicer(layout, row);
    }

    /**
     * Opens a content; closing the result closes it.
     *
     * @throws UnreadableContentException where it begins with something else than prepared records of this pipeline
     */
    PreparedRecords open(RecordSource source, Slicer slicer) throws UnreadableContentException, IOException {
        InputStream content = source.content().open();
        try {
            ContentGuard guard = new ContentGuard(content);
            return reading == null ? sliced(source, guard, slicer) : read(source, guard, slicer);
        } catch (UnreadableContentException | IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private PreparedRecords sliced(RecordSource source, ContentGuard content, Slicer slicer)
            throws UnreadableContentException, IOException {
        if (source.size() < BUFFER) {
            return small(source, content, slicer);
        }
        BufferedInputStream in = new BufferedInputStream(content, BUFFER);
        return beginsAnObject(in)
                ? objects(in, content, slicer)
                : ContainerRecords.open(in, content, slicer, agreements);
    }

    /** Many FlowFiles hold a single record: what is read as a whole needs no buffers and no open content of its own. */
    private PreparedRecords small(RecordSource source, ContentGuard content, Slicer slicer)
            throws UnreadableContentException, IOException {
        int size = (int) source.size();
        byte[] bytes = slicer.room(size);
        int length = content.readNBytes(bytes, 0, size);
        if (content.read() >= 0) {
            throw new IllegalStateException(
                    "The content holds more than the " + size + " bytes that it is said to hold");
        }
        content.close();
        return beginsAnObject(bytes, length)
                ? objects(bytes, length, content, slicer)
                : ContainerRecords.open(bytes, length, content, slicer, agreements);
    }

    private PreparedRecords objects(InputStream in, ContentGuard content, Slicer slicer) throws IOException {
        return switch (encoding) {
            case JSON -> new JsonLines(in, content, jsonLayout, BUFFER);
            case AVRO -> new JsonRecords(JsonLayout.JSON.createParser(in), content, slicer);
        };
    }

    private PreparedRecords objects(byte[] bytes, int length, ContentGuard content, Slicer slicer) throws IOException {
        return switch (encoding) {
            case JSON -> new JsonLines(new ByteArrayInputStream(bytes, 0, length), content, jsonLayout, length);
            case AVRO -> new JsonRecords(JsonLayout.JSON.createParser(bytes, 0, length), content, slicer);
        };
    }

    private PreparedRecords read(RecordSource source, ContentGuard content, Slicer slicer)
            throws UnreadableContentException {
        try {
            RecordInput input = RecordInput.open(
                    reading.readers(), source.attributes(), content, source.size(), reading.log(), false);
            return new ReaderRecords(input, content, row, slicer);
        } catch (io.hybridingest.record.UnreadableContentException e) {
            content.rethrow();
            throw new UnreadableContentException("The Record Reader cannot read the content: " + e.getMessage(), e);
        }
    }

    private static boolean beginsAnObject(BufferedInputStream in) throws IOException {
        in.mark(BUFFER);
        byte[] beginning = in.readNBytes(BUFFER);
        in.reset();
        return beginsAnObject(beginning, beginning.length);
    }

    /** Whether the first byte that is no blank opens a JSON object. */
    private static boolean beginsAnObject(byte[] bytes, int length) {
        for (int at = 0; at < length; at++) {
            if (bytes[at] < 0 || bytes[at] > ' ') {
                return bytes[at] == '{';
            }
        }
        return false;
    }
}
