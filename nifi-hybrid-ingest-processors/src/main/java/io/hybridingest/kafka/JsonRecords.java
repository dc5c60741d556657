package io.hybridingest.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** The prepared records of JSON objects one after the other, on lines of their own or not, each written as Avro binary of the wire schema. */
final class JsonRecords implements PreparedRecords {
    private final JsonParser json;
    private final ContentGuard content;
    private final Slicer slicer;
    private long index;

    /**
     * @param json the content at its beginning; closed with this
     * @param content tells whether reading itself failed
     */
    JsonRecords(JsonParser json, ContentGuard content, Slicer slicer) {
        this.json = json;
        this.content = content;
        this.slicer = slicer;
    }

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        try {
            JsonToken first = json.nextToken();
            if (first == null) {
                return null;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            AvroBuffer written = slicer.jsonRow().write(json);
            slicer.open(written.bytes(), 0, written.length());
            return slicer.next(index++);
        } catch (IOException | MisfitException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "Record " + index + ", in line " + json.currentLocation().getLineNr()
                            + ", is no prepared record (" + JsonLines.firstSentence(e)
                            + "): connect JSON as PreprocessRecord writes it, or send the records through it first",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
