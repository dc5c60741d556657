package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    private static final Schema SCHEMA = new Schema.Parser().parse("""
            {"type": "record", "name": "Lists", "fields": [
              {"name": "amounts", "type": {"type": "array", "items":
                {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}}},
              {"name": "days", "type": ["null", {"type": "map", "values":
                ["null", {"type": "int", "logicalType": "date"}]}]},
              {"name": "times", "type": {"type": "array", "items": {"type": "array", "items":
                {"type": "long", "logicalType": "timestamp-micros"}}}}]}""");

    @Test
    void readsWellWithinArraysAndMapsOfAvro() {
        GenericRecord record = new GenericData.Record(SCHEMA);
        byte[] amount = new BigDecimal("12.30").unscaledValue().toByteArray();
        record.put("amounts", List.of(ByteBuffer.wrap(amount)));
        record.put("days", Map.of("first", 19753));
        record.put("times", List.of(List.of(1706702400123456L)));

        assertThat(RecordJson.text(record))
                .isEqualTo("{\"amounts\":[12.30],\"days\":{\"first\":\"2024-01-31\"},"
                        + "\"times\":[[\"2024-01-31T12:00:00.123456Z\"]]}");
    }
}
