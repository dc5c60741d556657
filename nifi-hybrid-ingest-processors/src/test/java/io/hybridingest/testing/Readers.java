package io.hybridingest.testing;

import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.csv.CSVReader;
import org.apache.nifi.json.JsonTreeReader;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** NiFi's own Record Readers, enabled, for tests that have no processor. */
public final class Readers {
    /** The names that the CSV reader gives its parsers. */
    public enum CsvParser {
        COMMONS("commons-csv"),
        JACKSON("jackson-csv"),
        FAST("fast-csv");

        private final String value;

        CsvParser(String value) {
            this.value = value;
        }

        /** The property's value. */
        public String value() {
            return value;
        }
    }

    private Readers() {}

    /** JSON whose schema is inferred. */
    public static RecordReaderFactory json() {
        return enabled(new JsonTreeReader(), Map.of());
    }

    /** JSON of a schema. */
    public static RecordReaderFactory json(String schema) {
        return enabled(new JsonTreeReader(), withSchema(schema));
    }

    /** CSV whose fields are texts, named by the header line. */
    public static RecordReaderFactory csv(CsvParser parser) {
        return enabled(
                new CSVReader(),
                Map.of(
                        "schema-access-strategy", "csv-header-derived",
                        "Skip Header Line", "true",
                        "csv-reader-csv-parser", parser.value()));
    }

    /** CSV without a header line. */
    public static RecordReaderFactory csv(CsvParser parser, String schema) {
        Map<String, String> properties = withSchema(schema);
        properties.put("Skip Header Line", "false");
        properties.put("csv-reader-csv-parser", parser.value());
        return enabled(new CSVReader(), properties);
    }

    private static Map<String, String> withSchema(String schema) {
        Map<String, String> properties = new HashMap<>();
        properties.put("schema-access-strategy", "schema-text-property");
        properties.put("schema-text", schema);
        return properties;
    }

    private static <S extends ControllerService & RecordReaderFactory> RecordReaderFactory enabled(
            S service, Map<String, String> properties) {
        TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
        try {
            runner.addControllerService("reader", service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        properties.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
        return service;
    }
}
