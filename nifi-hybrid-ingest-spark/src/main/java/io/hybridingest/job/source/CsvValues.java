package io.hybridingest.job.source;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * A CSV file as RFC 4180 has it, in UTF-8, whose first line names the columns. A cell that is empty and not in quotes is
 * null; arrays, maps and records are JSON in their cell.
 */
final class CsvValues extends FileValues {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Schema schema;
    private final InputStream in;
    private CsvParser parser;
    private String[] header;
    private long record;

    CsvValues(Path path, Configuration hadoop, String schemaJson) throws IOException {
        super(path, hadoop);
        schema = new Schema.Parser().parse(schemaJson);
        in = path.getFileSystem(hadoop).open(path);
    }

    @Override
    Row read() throws IOException {
        try {
            if (parser == null) {
                begin();
            }
            String[] cells = parser.parseNext();
            if (cells == null) {
                return null;
            }
            record++;
            return cells.length == header.length
                    ? value(MAPPER.writeValueAsBytes(object(cells)), record)
                    : problem(
                            String.join(",", texts(cells)).getBytes(StandardCharsets.UTF_8),
                            record,
                            SingleObjects.UNDECODABLE,
                            "The record has %d cells, and the first line names %d columns"
                                    .formatted(cells.length, header.length));
        } catch (TextParsingException unreadable) {
            throw new IOException(firstLine(unreadable), unreadable);
        }
    }

    private void begin() throws IOException {
        CsvParserSettings settings = new CsvParserSettings();
        settings.setNullValue(null);
        settings.setEmptyValue("");
        settings.setIgnoreLeadingWhitespaces(false);
        settings.setIgnoreTrailingWhitespaces(false);
        settings.setLineSeparatorDetectionEnabled(true);
        settings.setNormalizeLineEndingsWithinQuotes(false);
        settings.setReadInputOnSeparateThread(false);
        settings.setCommentProcessingEnabled(false);
        settings.setMaxCharsPerColumn(FileContent.KEPT_BYTES);
        settings.setMaxColumns(Math.max(512, 2 * schema.getFields().size()));
        // What a cell holds is data, and must not show in a log.
        settings.setErrorContentLength(0);
        parser = new CsvParser(settings);
        parser.beginParsing(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        header = parser.parseNext();
        if (header == null || !List.of(texts(header)).contains(io.hybridingest.pipeline.SystemFields.INGEST_ID)) {
            throw new IOException("its first line names no column _ingest_id");
        }
    }

    private static String[] texts(String[] cells) {
        return java.util.Arrays.stream(cells)
                .map(cell -> cell == null ? "" : cell)
                .toArray(String[]::new);
    }

    private ObjectNode object(String[] cells) {
        ObjectNode object = MAPPER.createObjectNode();
        for (int i = 0; i < cells.length; i++) {
            Schema.Field field = header[i] == null ? null : schema.getField(header[i]);
            if (field != null && cells[i] != null) {
                object.set(field.name(), isText(field.schema()) ? TextNode.valueOf(cells[i]) : json(cells[i]));
            }
        }
        return object;
    }

    private static boolean isText(Schema schema) {
        if (schema.isUnion()) {
            return schema.getTypes().stream()
                    .filter(type -> type.getType() != Schema.Type.NULL)
                    .allMatch(CsvValues::isText);
        }
        return switch (schema.getType()) {
            case STRING, ENUM -> true;
            case BYTES, FIXED -> !(schema.getLogicalType() instanceof org.apache.avro.LogicalTypes.Decimal);
            case INT, LONG ->
                schema.getLogicalType() != null
                        && !schema.getLogicalType().getName().startsWith("time-");
            default -> false;
        };
    }

    /** What is no JSON is passed on as text, for which the decoding finds the right words. */
    private static JsonNode json(String cell) {
        try {
            JsonNode node = MAPPER.readTree(cell);
            return node == null || node.isMissingNode() ? TextNode.valueOf(cell) : node;
        } catch (com.fasterxml.jackson.core.JsonProcessingException text) {
            return TextNode.valueOf(cell);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        FileContent.closeQuietly(in);
    }
}
