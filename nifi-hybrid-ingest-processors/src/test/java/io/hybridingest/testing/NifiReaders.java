package io.hybridingest.testing;

import io.hybridingest.record.RecordInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.nifi.avro.AvroReader;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.csv.CSVReader;
import org.apache.nifi.json.JsonTreeReader;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** NiFi's own Record Readers, configured as people do, without a processor around them. */
public final class NifiReaders {
    private NifiReaders() {}

    /** JSON, whose schema the reader infers. */
    public static RecordReaderFactory json() {
        return enabled(new JsonTreeReader(), Map.of());
    }

    /** JSON of a given schema. */
    public static RecordReaderFactory json(Schema schema) {
        return enabled(
                new JsonTreeReader(),
                Map.of("schema-access-strategy", "schema-text-property", "schema-text", schema.toString()));
    }

    /** Containers with the schema that is in them. */
    public static RecordReaderFactory avro() {
        return enabled(new AvroReader(), Map.of());
    }

    /** CSV with a header, every value as text. */
    public static RecordReaderFactory csv() {
        return enabled(
                new CSVReader(), Map.of("schema-access-strategy", "csv-header-derived", "Skip Header Line", "true"));
    }

    /** The records that a reader finds, read as PreprocessRecord does. */
    public static List<Record> read(RecordReaderFactory reader, byte[] content) {
        List<Record> records = new ArrayList<>();
        MockComponentLog logger = new MockComponentLog("reader", reader);
        try (RecordInput input =
                RecordInput.open(reader, Map.of(), new ByteArrayInputStream(content), content.length, logger, false)) {
            for (Optional<Record> next = input.next(); next.isPresent(); next = input.next()) {
                records.add(next.get());
            }
        } catch (IOException e) {
            throw new AssertionError("The reader does not read its own format", e);
        }
        return records;
    }

    private static <S extends ControllerService & RecordReaderFactory> S enabled(
            S service, Map<String, String> properties) {
        TestRunner runner = TestRunners.newTestRunner(new Idle());
        try {
            runner.addControllerService("reader", service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        properties.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
        return service;
    }

    /** A runner wants a processor. */
    private static final class Idle extends AbstractProcessor {
        @Override
        public void onTrigger(ProcessContext context, ProcessSession session) {
            // There is nothing to do.
        }
    }
}
