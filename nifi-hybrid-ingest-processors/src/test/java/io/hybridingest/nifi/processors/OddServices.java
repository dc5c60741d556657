package io.hybridingest.nifi.processors;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.nifi.avro.AvroReader;
import org.apache.nifi.json.JsonRecordSetWriter;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.AbstractRecordSetWriter;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.util.TestRunner;

/** Readers and writers that do what NiFi's own seldom do. */
final class OddServices {
    private OddServices() {}

    /** An Avro reader for containers behind one more byte, which nobody recognises as containers. */
    static void readPrefixedAvro(TestRunner runner) {
        PrefixedAvroReader reader = new PrefixedAvroReader();
        add(runner, "prefixed-reader", reader);
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "prefixed-reader");
    }

    static byte[] prefixed(byte[] container) {
        byte[] prefixed = new byte[container.length + 1];
        System.arraycopy(container, 0, prefixed, 1, container.length);
        return prefixed;
    }

    /** A writer that fails with the second record. */
    static void failToWrite(TestRunner runner) {
        FailingWriter writer = new FailingWriter();
        add(runner, "failing-writer", writer);
        runner.enableControllerService(writer);
        runner.setProperty("Record Writer", "failing-writer");
    }

    /** A JSON writer, and how often it began to write. */
    static AtomicInteger countWriters(TestRunner runner) {
        CountingWriter writer = new CountingWriter();
        add(runner, "counting-writer", writer);
        runner.enableControllerService(writer);
        runner.setProperty("Record Writer", "counting-writer");
        return writer.begun;
    }

    private static void add(
            TestRunner runner, String identifier, org.apache.nifi.controller.ControllerService service) {
        try {
            runner.addControllerService(identifier, service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Public, as NiFi's mock wants it. */
    public static final class PrefixedAvroReader extends AvroReader {
        @Override
        public RecordReader createRecordReader(
                Map<String, String> variables, InputStream in, long length, ComponentLog logger)
                throws IOException, SchemaNotFoundException {
            in.skipNBytes(1);
            return super.createRecordReader(variables, in, length - 1, logger);
        }
    }

    /** Public, as NiFi's mock wants it. */
    public static final class CountingWriter extends JsonRecordSetWriter {
        private final AtomicInteger begun = new AtomicInteger();

        @Override
        public RecordSetWriter createWriter(
                ComponentLog logger, RecordSchema schema, OutputStream out, Map<String, String> variables)
                throws SchemaNotFoundException, IOException {
            begun.incrementAndGet();
            return super.createWriter(logger, schema, out, variables);
        }
    }

    /** Public, as NiFi's mock wants it. */
    public static final class FailingWriter extends JsonRecordSetWriter {
        @Override
        public RecordSetWriter createWriter(
                ComponentLog logger, RecordSchema schema, OutputStream out, Map<String, String> variables) {
            return new AbstractRecordSetWriter(out) {
                @Override
                protected Map<String, String> writeRecord(Record record) throws IOException {
                    if (getRecordCount() > 0) {
                        throw new IOException("the disk is full");
                    }
                    return Map.of();
                }

                @Override
                public String getMimeType() {
                    return "text/plain";
                }
            };
        }
    }
}
