package io.hybridingest.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.util.MockFlowFile;

/** Results as text that can be compared, whoever wrote them and in whatever order. Stateless. */
final class Readable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MICROS_PER_MILLI = 1_000;

    private Readable() {}

    /** The records in FlowFiles, each as some of its fields, in an order that depends on nothing else. */
    static List<String> records(Collection<MockFlowFile> flowFiles, List<String> fields) {
        return flowFiles.stream()
                .flatMap(flowFile -> records(flowFile, fields).stream())
                .sorted()
                .toList();
    }

    private static List<String> records(MockFlowFile flowFile, List<String> fields) {
        byte[] content = flowFile.toByteArray();
        try {
            return switch (content[0]) {
                case 'O' -> avro(content, fields);
                case '{', '[' -> json(content, fields);
                default -> csv(content, fields);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("The result cannot be read", e);
        }
    }

    private static List<String> avro(byte[] content, List<String> fields) throws IOException {
        List<String> records = new ArrayList<>();
        try (DataFileStream<GenericRecord> stream =
                new DataFileStream<>(new ByteArrayInputStream(content), new GenericDatumReader<>())) {
            for (GenericRecord record : stream) {
                Map<String, String> values = new TreeMap<>();
                fields.forEach(field -> values.put(
                        field,
                        text(
                                record.get(field),
                                record.getSchema().getField(field).schema())));
                records.add(values.toString());
            }
        }
        return records;
    }

    private static String text(Object value, Schema declared) {
        if (value == null) {
            // In CSV the empty text says the same.
            return "";
        }
        LogicalType logical = Stream.concat(
                        Stream.of(declared), declared.isUnion() ? declared.getTypes().stream() : Stream.empty())
                .map(Schema::getLogicalType)
                .filter(type -> type != null)
                .findFirst()
                .orElse(null);
        return switch (logical) {
            case LogicalTypes.Decimal decimal ->
                new Conversions.DecimalConversion()
                        .fromBytes(((ByteBuffer) value).duplicate(), null, decimal)
                        .toPlainString();
            case LogicalTypes.TimestampMicros ignored -> Long.toString((Long) value / MICROS_PER_MILLI);
            case null, default -> value.toString();
        };
    }

    /** An array, or objects one after the other. */
    private static List<String> json(byte[] content, List<String> fields) throws IOException {
        List<String> records = new ArrayList<>();
        try (MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(content)) {
            nodes.forEachRemaining(record -> records.add(fields.stream()
                    .map(field -> field + "=" + record.path(field))
                    .collect(Collectors.joining(","))));
        }
        return records;
    }

    /** Cells without separators in quotes, as the flights have them. */
    private static List<String> csv(byte[] content, List<String> fields) {
        List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
        List<String> header = List.of(lines.getFirst().split(",", -1));
        return lines.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .map(cells -> fields.stream()
                        .map(field -> field + "=" + cells[header.indexOf(field)])
                        .collect(Collectors.joining(",")))
                .toList();
    }
}
