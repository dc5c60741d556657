package io.hybridingest.nifi.processors;

import io.hybridingest.nifi.services.StandardIngestPipelineService;
import io.hybridingest.testing.Pipelines;
import io.hybridingest.testing.Readers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.avro.AvroReader;
import org.apache.nifi.avro.AvroRecordSetWriter;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.csv.CSVReader;
import org.apache.nifi.json.JsonRecordSetWriter;
import org.apache.nifi.json.JsonTreeReader;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** Runners and contents that the tests of the record processors share. */
final class Flows {
    private Flows() {}

    /** A runner with the pipeline service enabled. */
    static TestRunner runner(Processor processor, String definition) {
        TestRunner runner = TestRunners.newTestRunner(processor);
        StandardIngestPipelineService service = new StandardIngestPipelineService();
        add(runner, "pipeline", service);
        runner.setProperty(service, "Pipeline Definition", definition);
        runner.setProperty(service, "Mask Key", Pipelines.MASK_KEY);
        runner.enableControllerService(service);
        runner.setProperty("Pipeline Service", "pipeline");
        return runner;
    }

    /** A JSON reader that infers the schema, as NiFi's default is. */
    static void readJson(TestRunner runner) {
        JsonTreeReader reader = new JsonTreeReader();
        add(runner, "json-reader", reader);
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "json-reader");
    }

    /** A JSON reader that has been given a schema. */
    static void readJson(TestRunner runner, Schema schema) {
        JsonTreeReader reader = new JsonTreeReader();
        add(runner, "json-reader", reader);
        runner.setProperty(reader, "schema-access-strategy", "schema-text-property");
        runner.setProperty(reader, "schema-text", schema.toString());
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "json-reader");
    }

    /** A CSV reader that takes every field as text. */
    static void readCsv(TestRunner runner) {
        readCsv(runner, Readers.CsvParser.COMMONS);
    }

    /** A CSV reader that takes every field as text, by one of its parsers. */
    static void readCsv(TestRunner runner, Readers.CsvParser parser) {
        CSVReader reader = new CSVReader();
        add(runner, "csv-reader", reader);
        runner.setProperty(reader, "csv-reader-csv-parser", parser.value());
        runner.setProperty(reader, "schema-access-strategy", "csv-header-derived");
        runner.setProperty(reader, "Skip Header Line", "true");
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "csv-reader");
    }

    static void writeJson(TestRunner runner) {
        JsonRecordSetWriter writer = new JsonRecordSetWriter();
        add(runner, "json-writer", writer);
        runner.enableControllerService(writer);
        runner.setProperty("Record Writer", "json-writer");
    }

    static void readAvro(TestRunner runner) {
        AvroReader reader = new AvroReader();
        add(runner, "avro-reader", reader);
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "avro-reader");
    }

    static void writeAvro(TestRunner runner) {
        AvroRecordSetWriter writer = new AvroRecordSetWriter();
        add(runner, "avro-writer", writer);
        runner.enableControllerService(writer);
        runner.setProperty("Record Writer", "avro-writer");
    }

    static List<GenericRecord> records(MockFlowFile flowFile) {
        return records(flowFile.toByteArray());
    }

    static List<GenericRecord> records(byte[] container) {
        List<GenericRecord> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(container), new GenericDatumReader<>())) {
            stream.forEach(records::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return records;
    }

    static byte[] container(Schema schema, List<GenericRecord> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, out);
            for (GenericRecord record : records) {
                writer.append(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Any reader. */
    static <S extends ControllerService & RecordReaderFactory> void read(TestRunner runner, S reader) {
        add(runner, "reader", reader);
        runner.enableControllerService(reader);
        runner.setProperty("Record Reader", "reader");
    }

    /** Any writer. */
    static <S extends ControllerService & RecordSetWriterFactory> void write(TestRunner runner, S writer) {
        add(runner, "writer", writer);
        runner.enableControllerService(writer);
        runner.setProperty("Record Writer", "writer");
    }

    /** The one FlowFile of a relationship. */
    static MockFlowFile only(TestRunner runner, Relationship relationship) {
        runner.assertTransferCount(relationship, 1);
        return runner.getFlowFilesForRelationship(relationship).getFirst();
    }

    private static void add(TestRunner runner, String identifier, ControllerService service) {
        try {
            runner.addControllerService(identifier, service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
    }
}
