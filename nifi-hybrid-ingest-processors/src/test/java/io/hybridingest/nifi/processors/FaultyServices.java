package io.hybridingest.nifi.processors;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.schema.access.SchemaNotFoundException;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.WriteResult;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.serialization.record.RecordSet;

/** Record Readers and Writers that fail the way that a test wants them to. */
final class FaultyServices {
    private static final RecordSchema NO_FIELDS = new SimpleRecordSchema(List.of());

    private FaultyServices() {}

    /** A reader that cannot find its schema. */
    static final class SchemalessReader extends AbstractControllerService implements RecordReaderFactory {
        @Override
        public RecordReader createRecordReader(
                Map<String, String> variables, InputStream in, long inputLength, ComponentLog logger)
                throws SchemaNotFoundException {
            throw new SchemaNotFoundException("There is no schema named payments-v7");
        }
    }

    /** A reader that gives some records, whatever the content is, and then fails. */
    static final class FailingReader extends AbstractControllerService implements RecordReaderFactory {
        private final List<Map<String, Object>> records;
        private final Supplier<RuntimeException> failure;

        FailingReader(List<Map<String, Object>> records, Supplier<RuntimeException> failure) {
            this.records = records;
            this.failure = failure;
        }

        @Override
        public RecordReader createRecordReader(
                Map<String, String> variables, InputStream in, long inputLength, ComponentLog logger) {
            Iterator<Map<String, Object>> left = records.iterator();
            return new RecordReader() {
                @Override
                public Record nextRecord(boolean coerceTypes, boolean dropUnknownFields) {
                    if (left.hasNext()) {
                        return new MapRecord(NO_FIELDS, left.next());
                    }
                    throw failure.get();
                }

                @Override
                public RecordSchema getSchema() {
                    return NO_FIELDS;
                }

                @Override
                public void close() {}
            };
        }
    }

    /** A writer that fails on its first record. */
    static final class FailingWriter extends AbstractControllerService implements RecordSetWriterFactory {
        private final Exception failure;

        FailingWriter(Exception failure) {
            this.failure = failure;
        }

        @Override
        public RecordSchema getSchema(Map<String, String> variables, RecordSchema readSchema) {
            return readSchema;
        }

        @Override
        public RecordSetWriter createWriter(
                ComponentLog logger, RecordSchema schema, OutputStream out, Map<String, String> variables)
                throws SchemaNotFoundException {
            if (failure instanceof SchemaNotFoundException e) {
                throw e;
            }
            return new Writer(failure);
        }
    }

    private record Writer(Exception failure) implements RecordSetWriter {
        @Override
        public WriteResult write(RecordSet records) {
            throw new UnsupportedOperationException("Records come one by one");
        }

        @Override
        public void beginRecordSet() {}

        @Override
        public WriteResult finishRecordSet() {
            return WriteResult.EMPTY;
        }

        @Override
        public WriteResult write(Record record) throws IOException {
            switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IOException(failure);
            }
        }

        @Override
        public String getMimeType() {
            return "text/plain";
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
