package io.hybridingest.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.IngestId;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IdentityValuesTest {
    private static final Path VECTORS = Path.of("..", "docs", "ingest-id-vectors.json");

    @TestFactory
    List<DynamicTest> preparedRecordsHaveThePublishedIdsOfTheirValues() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector :
                new ObjectMapper().readTree(Files.readString(VECTORS)).get("values")) {
            if (!vector.get("name").asText().equals("null")) { // No record has an identity of null alone.
                tests.add(DynamicTest.dynamicTest(
                        vector.get("name").asText(), () -> assertThat(ingestId(vector.get("values")))
                                .isEqualTo(vector.get("id").asText())));
            }
        }
        assertThat(tests).hasSizeGreaterThan(60);
        return tests;
    }

    @Test
    void nullIsAValueOfAUnionOfSeveralTypes() {
        Schema several = Schema.createUnion(
                Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING), Schema.create(Schema.Type.LONG));
        Schema inner = Schema.createRecord("Inner", null, null, false, List.of(new Schema.Field("x", several)));
        Schema optional = Schema.createUnion(Schema.create(Schema.Type.NULL), inner);
        Schema schema = Schema.createRecord(
                "R", null, null, false, List.of(new Schema.Field("a", several), new Schema.Field("b", optional)));
        GenericRecord record = new GenericData.Record(schema);
        record.put("b", new GenericData.Record(inner));
        Map<String, Object> empty = new LinkedHashMap<>();
        empty.put("x", null);
        assertThat(ingestId(record, List.of("a", "b.x", "b")))
                .isEqualTo(IngestId.ofValues(Arrays.asList(null, null, empty)));
    }

    private static String ingestId(GenericRecord record, List<String> paths) {
        return IdentityValues.of(record.getSchema(), new Identity.Fields(paths)).ingestId(record, new Findings());
    }

    private static String ingestId(JsonNode values) {
        Typed record = record(fields(values), "Root");
        List<String> paths =
                record.schema().getFields().stream().map(Schema.Field::name).toList();
        return ingestId((GenericRecord) record.value(), paths);
    }

    private static List<Map.Entry<String, Typed>> fields(JsonNode values) {
        List<Map.Entry<String, Typed>> fields = new ArrayList<>();
        for (JsonNode value : values) {
            String name = "f" + fields.size();
            fields.add(Map.entry(name, typed(value, name)));
        }
        return fields;
    }

    /** A value of a vector as Avro has it, with its schema; the place gives every named type a name of its own. */
    private static Typed typed(JsonNode node, String place) {
        JsonNode value = node.path("value");
        String text = value.asText();
        return switch (node.get("type").asText()) {
            case "null" -> new Typed(Schema.create(Schema.Type.NULL), null);
            case "string" -> new Typed(Schema.create(Schema.Type.STRING), text);
            case "uuid" -> logical(Schema.Type.STRING, LogicalTypes.uuid(), text);
            case "enum" -> symbol(text, place);
            case "boolean" -> new Typed(Schema.create(Schema.Type.BOOLEAN), value.asBoolean());
            case "int" -> new Typed(Schema.create(Schema.Type.INT), Integer.valueOf(text));
            case "long" -> new Typed(Schema.create(Schema.Type.LONG), Long.valueOf(text));
            case "float" -> new Typed(Schema.create(Schema.Type.FLOAT), Float.valueOf(text));
            case "double" -> new Typed(Schema.create(Schema.Type.DOUBLE), Double.valueOf(text));
            case "decimal" -> decimal(new BigDecimal(text));
            case "bytes" ->
                new Typed(
                        Schema.create(Schema.Type.BYTES),
                        ByteBuffer.wrap(HexFormat.of().parseHex(text)));
            case "instant" -> logical(Schema.Type.LONG, LogicalTypes.timestampMicros(), micros(Instant.parse(text)));
            case "date" ->
                logical(Schema.Type.INT, LogicalTypes.date(), (int)
                        LocalDate.parse(text).toEpochDay());
            case "time" ->
                logical(
                        Schema.Type.LONG,
                        LogicalTypes.timeMicros(),
                        LocalTime.parse(text).toNanoOfDay() / 1_000);
            case "local-timestamp" ->
                logical(
                        Schema.Type.LONG,
                        LogicalTypes.localTimestampMicros(),
                        micros(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)));
            case "list" -> list(fields(value));
            case "map" -> map(named(value, place));
            case "record" -> record(named(value, place), place + "Record");
            default -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant.truncatedTo(ChronoUnit.MICROS));
    }

    private static List<Map.Entry<String, Typed>> named(JsonNode object, String place) {
        List<Map.Entry<String, Typed>> fields = new ArrayList<>();
        object.fields()
                .forEachRemaining(
                        entry -> fields.add(Map.entry(entry.getKey(), typed(entry.getValue(), place + fields.size()))));
        return fields;
    }

    private static Typed logical(Schema.Type type, LogicalType logical, Object value) {
        return new Typed(logical.addToSchema(Schema.create(type)), value);
    }

    private static Typed decimal(BigDecimal value) {
        BigDecimal number = value.setScale(Math.max(0, value.scale()));
        LogicalType logical = LogicalTypes.decimal(Math.max(number.precision(), number.scale()), number.scale());
        return logical(
                Schema.Type.BYTES,
                logical,
                ByteBuffer.wrap(number.unscaledValue().toByteArray()));
    }

    private static Typed symbol(String text, String place) {
        Schema schema = Schema.createEnum(place + "Enum", null, null, List.of(text));
        return new Typed(schema, new GenericData.EnumSymbol(schema, text));
    }

    private static Typed list(List<Map.Entry<String, Typed>> items) {
        List<Object> values = new ArrayList<>();
        items.forEach(item -> values.add(item.getValue().value()));
        return new Typed(Schema.createArray(union(items)), values);
    }

    private static Typed map(List<Map.Entry<String, Typed>> entries) {
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach(entry -> values.put(entry.getKey(), entry.getValue().value()));
        return new Typed(Schema.createMap(union(entries)), values);
    }

    private static Schema union(List<Map.Entry<String, Typed>> values) {
        return Schema.createUnion(values.stream()
                .map(value -> value.getValue().schema())
                .distinct()
                .toList());
    }

    private static Typed record(List<Map.Entry<String, Typed>> values, String name) {
        Schema schema = Schema.createRecord(
                name,
                null,
                null,
                false,
                values.stream()
                        .map(value -> new Schema.Field(
                                value.getKey(), value.getValue().schema()))
                        .toList());
        GenericRecord record = new GenericData.Record(schema);
        values.forEach(value -> record.put(value.getKey(), value.getValue().value()));
        return new Typed(schema, record);
    }

    private record Typed(Schema schema, Object value) {}
}
