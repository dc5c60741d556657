package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;
import org.junit.jupiter.api.Test;

class AvroRecordsTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "All", "fields": [
              {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
              {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}]},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "raw", "type": "bytes"},
              {"name": "tags", "type": {"type": "map", "values": ["null", "string"]}},
              {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
                {"name": "colour", "type": {"type": "enum", "name": "Colour", "symbols": ["RED"]}}]}}}]}""");

    @Test
    void meansTheSameToNiFi() {
        RecordSchema schema = AvroRecords.recordSchema(SCHEMA);
        Record record = AvroRecords.record(all(), schema);

        assertThat(record.getValue("amount")).isEqualTo(new BigDecimal("12.30"));
        assertThat(record.getValue("at")).isEqualTo(Timestamp.from(Instant.parse("2024-01-31T12:00:00.123456Z")));
        assertThat(record.getValue("day")).isEqualTo(java.sql.Date.valueOf("2024-01-31"));
        assertThat(record.getAsArray("raw")).containsExactly((byte) 1, (byte) 2);
        assertThat(record.getValue("tags")).isEqualTo(Map.of("a", "b"));
        assertThat(((Record) record.getAsArray("lines")[0]).getValue("colour")).isEqualTo("RED");
        assertThat(schema.getField("at").orElseThrow().isNullable()).isTrue();
        assertThat(schema.getDataType("amount").orElseThrow().getFieldType()).isEqualTo(RecordFieldType.DECIMAL);
        assertThat(schema.getDataType("at").orElseThrow().getFieldType()).isEqualTo(RecordFieldType.TIMESTAMP);
    }

    @Test
    void readsWellAsJson() {
        assertThat(new String(RecordJson.bytes(all(), Redaction.NOTHING), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"amount\":12.30,\"at\":\"2024-01-31T12:00:00.123456Z\",\"day\":\"2024-01-31\",\"raw\":\"AQI=\","
                                + "\"tags\":{\"a\":\"b\"},\"lines\":[{\"colour\":\"RED\"}]}");
    }

    private static GenericRecord all() {
        Schema line = SCHEMA.getField("lines").schema().getElementType();
        GenericRecord first = new GenericData.Record(line);
        first.put("colour", new GenericData.EnumSymbol(line.getField("colour").schema(), "RED"));
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put(
                "amount",
                ByteBuffer.wrap(new BigDecimal("12.30").unscaledValue().toByteArray()));
        record.put("at", 1706702400123456L);
        record.put("day", 19753);
        record.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
        record.put("tags", Map.of("a", "b"));
        record.put("lines", List.of(first));
        return record;
    }
}
