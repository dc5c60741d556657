package io.hybridingest.prepare;

import io.hybridingest.pipeline.Identity;
import io.hybridingest.pipeline.PipelineDefinition;
import io.hybridingest.pipeline.Prepare;
import io.hybridingest.pipeline.Reason;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;

/** A pipeline of a few fields beside {@code id} and {@code at}, and what it makes of records. */
final class Prepared {
    static final Origin ORIGIN = new Origin("flowfile-1", "/in/records.json");
    private static final byte[] KEY = "a key that nobody guesses".getBytes(StandardCharsets.UTF_8);

    private final Preparation preparation;

    private Prepared(Preparation preparation) {
        this.preparation = preparation;
    }

    /** @param fields fields of an Avro schema in YAML, one a line */
    static Prepared by(Prepare prepare, String... fields) {
        return by(prepare, new Identity.Fields(List.of("id")), fields);
    }

    static Prepared by(Prepare prepare, Identity identity, String... fields) {
        return new Prepared(Preparation.of(definition(prepare, identity, fields), KEY));
    }

    static PipelineDefinition definition(Prepare prepare, Identity identity, String... fields) {
        PipelineDefinition plain = PipelineDefinition.fromYaml("""
                pipeline: values
                schema:
                  type: record
                  name: Value
                  fields:
                    - {name: id, type: [null, long], default: null}
                    - {name: at, type: {type: long, logicalType: timestamp-micros}}
                    - %s
                identity: position
                event-time: {field: at}
                batch: {landing: /landing/values}
                table: {path: /tables/values}
                """.formatted(String.join("\n    - ", fields)));
        return new PipelineDefinition(
                plain.name(),
                plain.schema(),
                identity,
                plain.eventTime(),
                prepare,
                plain.checks(),
                plain.transform(),
                plain.stream(),
                plain.batch(),
                plain.table());
    }

    /** Nothing but what is said. */
    static Prepare renaming(Map<String, String> rename, List<String> drop, Prepare.UnknownFields unknownFields) {
        return new Prepare(rename, Map.of(), Prepare.Normalise.defaults(), Map.of(), drop, unknownFields);
    }

    Outcome outcome(Object... namesAndValues) {
        return preparation.prepare(record(namesAndValues), ORIGIN, 0);
    }

    /** The record, which has to fit. */
    GenericRecord fitting(Object... namesAndValues) {
        return switch (outcome(namesAndValues)) {
            case Outcome.Prepared(GenericRecord record) -> record;
            case Outcome.Invalid invalid -> throw new AssertionError("does not fit: " + invalid.reasons());
        };
    }

    Outcome.Invalid invalid(Object... namesAndValues) {
        return switch (outcome(namesAndValues)) {
            case Outcome.Prepared(GenericRecord record) -> throw new AssertionError("fits: " + record);
            case Outcome.Invalid invalid -> invalid;
        };
    }

    List<Reason> reasons(Object... namesAndValues) {
        return invalid(namesAndValues).reasons();
    }

    Schema schema() {
        return preparation.schema();
    }

    /** A record of a reader, with {@code id} and {@code at}. */
    static Record record(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>(Map.of("id", 1, "at", "2024-01-31T12:00:00Z"));
        values.putAll(map(namesAndValues));
        return new MapRecord(new SimpleRecordSchema(List.of()), values);
    }

    static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return values;
    }

    /** A record inside of another. */
    static Record nested(Object... namesAndValues) {
        return new MapRecord(new SimpleRecordSchema(List.of()), map(namesAndValues));
    }
}
