package io.hybridingest.record;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;

/** Output in the format of a NiFi Record Writer. */
public final class RecordSets {
    private RecordSets() {}

    /**
     * The writer's format.
     *
     * @param schema schema of the records; the writer may be configured to use another
     * @param attributes the FlowFile's attributes, for writers that are configured by them
     */
    public static OutputFormat<Record> format(
            RecordSetWriterFactory factory, RecordSchema schema, Map<String, String> attributes, ComponentLog logger) {
        return out -> new Output(writer(factory, schema, attributes, logger, out));
    }

    private static RecordSetWriter writer(
            RecordSetWriterFactory factory,
            RecordSchema schema,
            Map<String, String> attributes,
            ComponentLog logger,
            OutputStream out)
            throws IOException {
        try {
            RecordSchema target = factory.getSchema(attributes, schema);
            RecordSetWriter writer = factory.createWriter(logger, target, out, attributes);
            writer.beginRecordSet();
            return writer;
        } catch (SchemaNotFoundException e) {
            throw new IOException("The Record Writer has no schema. Let it inherit the record's schema.", e);
        }
    }

    private record Output(RecordSetWriter writer) implements RecordOutput<Record> {
        @Override
        public void write(Record record) throws IOException {
            writer.write(record);
        }

        @Override
        public Map<String, String> finish() throws IOException {
            Map<String, String> attributes =
                    new HashMap<>(writer.finishRecordSet().getAttributes());
            attributes.put("mime.type", writer.getMimeType());
            return attributes;
        }

        @Override
        public void close() throws IOException {
            writer.close();
        }
    }
}
