package io.hybridingest.bench;

import io.hybridingest.nifi.services.StandardIngestPipelineService;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.nifi.avro.AvroReader;
import org.apache.nifi.avro.AvroRecordSetWriter;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.csv.CSVReader;
import org.apache.nifi.csv.CSVRecordSetWriter;
import org.apache.nifi.json.JsonRecordSetWriter;
import org.apache.nifi.json.JsonTreeReader;

/** A kind of controller service with its configuration; what is not mentioned has NiFi's default. */
record Service(Supplier<ControllerService> type, Map<String, String> properties) {
    Service {
        properties = Map.copyOf(properties);
    }

    ControllerService create() {
        return type.get();
    }

    static Service pipeline(String definition) {
        return new Service(
                StandardIngestPipelineService::new,
                Map.of("Pipeline Definition", definition, "Mask Key", "a key for measuring"));
    }

    /** A JSON reader that is told the schema, so that it need not read the content twice. */
    static Service jsonReader(String schema, String timestampFormat) {
        return new Service(JsonTreeReader::new, withSchema(schema, timestampFormat));
    }

    /** A CSV reader that is told the schema and skips the header. */
    static Service csvReader(String schema, String timestampFormat) {
        Map<String, String> properties = withSchema(schema, timestampFormat);
        properties.put("Skip Header Line", "true");
        return new Service(CSVReader::new, properties);
    }

    /** A CSV reader that takes the names of the fields from the header and every value for text. */
    static Service textReader() {
        return new Service(
                CSVReader::new, Map.of("schema-access-strategy", "csv-header-derived", "Skip Header Line", "true"));
    }

    static Service avroReader() {
        return new Service(AvroReader::new, Map.of());
    }

    /** Containers without compression, which is the fastest that the writer has. */
    static Service avroWriter() {
        return new Service(AvroRecordSetWriter::new, Map.of());
    }

    static Service jsonWriter(String timestampFormat) {
        return new Service(JsonRecordSetWriter::new, Map.of("Timestamp Format", timestampFormat));
    }

    static Service csvWriter(String timestampFormat) {
        return new Service(CSVRecordSetWriter::new, Map.of("Timestamp Format", timestampFormat));
    }

    private static Map<String, String> withSchema(String schema, String timestampFormat) {
        return new HashMap<>(Map.of(
                "schema-access-strategy",
                "schema-text-property",
                "schema-text",
                schema,
                "Timestamp Format",
                timestampFormat));
    }
}
