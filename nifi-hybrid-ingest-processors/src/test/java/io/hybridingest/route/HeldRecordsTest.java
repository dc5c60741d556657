package io.hybridingest.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeldRecordsTest {
    /** A quarter of the room each, wherever in the record that is. */
    static List<Record> large() {
        int quarter = (int) (HeldRecords.ROOM / 4);
        return List.of(
                record("x".repeat(quarter)),
                record(new byte[quarter]),
                record(new Object[] {"x".repeat(quarter / 2), "x".repeat(quarter / 2)}),
                record(Map.of("a", record("x".repeat(quarter)))),
                record(IntStream.range(0, quarter / (Long.BYTES + 32)).boxed().toArray()));
    }

    @ParameterizedTest
    @MethodSource("large")
    void holdsFewRecordsThatAreLarge(Record large) {
        HeldRecords held = new HeldRecords();

        assertThat(held.add(large)).isTrue();
        assertThat(held.add(large)).isTrue();
        assertThat(held.add(large)).isTrue();
        assertThat(held.add(large))
                .as("with what a record is by itself, one too many")
                .isFalse();
        assertThat(held.release()).hasSize(3);
    }

    @Test
    void holdsThousandsOfRecordsThatAreSmallAndNoneAfterTheFirstWithoutRoom() {
        HeldRecords held = new HeldRecords();
        int count = 0;
        while (held.add(record("small"))) {
            count++;
        }

        assertThat(count).isBetween(5_000, 50_000);
        assertThat(held.add(record(null))).isFalse();
        assertThat(held.release()).hasSize(count);
        assertThat(held.add(record(null))).as("after the release").isFalse();
    }

    private static Record record(Object value) {
        return new MapRecord(
                new SimpleRecordSchema(List.of()),
                new java.util.HashMap<>(java.util.Collections.singletonMap("value", value)));
    }
}
