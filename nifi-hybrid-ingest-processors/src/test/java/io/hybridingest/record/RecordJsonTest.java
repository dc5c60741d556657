package io.hybridingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    @Test
    void writesHalfASurrogatePairAsJsonCan() {
        assertThat(RecordJson.text(Map.of("a\ud800", "ñ\udc00"))).isEqualTo("{\"a\\uD800\":\"ñ\\uDC00\"}");
    }

    @Test
    void writesWhateverDepthAReaderReads() {
        Object nested = 1;
        for (int i = 0; i < 1_500; i++) {
            nested = List.of(nested);
        }

        assertThat(RecordJson.text(nested)).hasSize(3_001);
    }

    @Test
    void writesNumbersAsTheyAre() {
        assertThat(RecordJson.text(List.of(new BigDecimal("1E+999999999"), new BigDecimal("1.50"), Double.NaN)))
                .isEqualTo("[1E+999999999,1.50,\"NaN\"]");
    }

    @Test
    void hidesWhatEitherOfTwoRedactionsHides() {
        Redaction card = new Redaction.Fields(Map.of("card", Redaction.WHOLE));
        Redaction iban = new Redaction.Fields(Map.of("payer", new Redaction.Fields(Map.of("iban", Redaction.WHOLE))));
        Redaction both = Redaction.both(card, iban);

        assertThat(hidden(Map.of("card", "4111"), both)).isEqualTo("{\"card\":\"***\"}");
        assertThat(hidden(Map.of("payer", Map.of("iban", "ES91")), both)).isEqualTo("{\"payer\":{\"iban\":\"***\"}}");
        assertThat(hidden(Map.of("payer", List.of("ES91")), both)).isEqualTo("{\"payer\":\"***\"}");
        assertThat(hidden(Map.of("name", "Ana"), both)).isEqualTo("{\"name\":\"Ana\"}");
        assertThat(Redaction.both(card, Redaction.WHOLE)).isEqualTo(Redaction.WHOLE);
        assertThat(Redaction.both(card, Redaction.NOTHING)).isEqualTo(card);
    }

    private static String hidden(Object value, Redaction redaction) {
        return new String(RecordJson.bytes(value, redaction), StandardCharsets.UTF_8);
    }
}
