package io.hybridingest.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * Writes a definition so that equal ones are equal texts: every key there in a fixed order, mappings of the user's own
 * sorted, durations in ISO-8601. The keys and values are those of the YAML, so that it reads back the same way.
 */
final class CanonicalJson {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private CanonicalJson() {}

    static String write(PipelineDefinition definition) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pipeline", definition.name());
        json.put("schema", schema(definition.schema()));
        json.put("identity", identity(definition.identity()));
        json.put("event-time", eventTime(definition.eventTime()));
        json.put("prepare", prepare(definition.prepare()));
        json.put(
                "checks", definition.checks().stream().map(CanonicalJson::check).toList());
        json.put("transform", definition.transform());
        json.put("stream", stream(definition.stream()));
        json.put("batch", batch(definition.batch()));
        json.put("table", table(definition.table()));
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps, lists and scalars are always JSON", e);
        }
    }

    private static Object schema(Schema schema) {
        try {
            return sorted(MAPPER.readValue(schema.toString(), Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro writes its schemas as JSON", e);
        }
    }

    private static Object identity(Identity identity) {
        return identity instanceof Identity.Fields fields ? fields.paths() : "position";
    }

    private static Object eventTime(EventTime eventTime) {
        return object(
                "field", eventTime.field(),
                "late-after", eventTime.lateAfter().toString(),
                "ahead-limit", eventTime.aheadLimit().toString());
    }

    private static Object prepare(Prepare prepare) {
        Map<String, Object> mask = new TreeMap<>();
        prepare.mask().forEach((path, how) -> mask.put(path, Choices.written(how)));
        return object(
                "rename",
                sorted(prepare.rename()),
                "defaults",
                sorted(prepare.defaults()),
                "normalise",
                object(
                        "zone", prepare.normalise().zone().getId(),
                        "timestamp-patterns", prepare.normalise().timestampPatterns(),
                        "decimal-point", Choices.written(prepare.normalise().decimalPoint()),
                        "grouping", Choices.written(prepare.normalise().grouping()),
                        "excess-precision", Choices.written(prepare.normalise().excessPrecision())),
                "mask",
                mask,
                "drop",
                prepare.drop(),
                "unknown-fields",
                Choices.written(prepare.unknownFields()));
    }

    private static Object check(Check check) {
        return object(
                "name", check.name(), "require", check.require(), "otherwise", Choices.written(check.otherwise()));
    }

    private static Object stream(Stream stream) {
        return object(
                "topic",
                stream.topic(),
                "encoding",
                Choices.written(stream.encoding()),
                "trigger",
                stream.trigger().toString(),
                "max-lag",
                stream.maxLag(),
                "when-lagging",
                Choices.written(stream.whenLagging()));
    }

    private static Object batch(Batch batch) {
        return object(
                "landing", batch.landing(),
                "schedule-interval", batch.scheduleInterval().toString());
    }

    private static Object table(Table table) {
        Map<String, Object> json = object(
                "path",
                table.path(),
                "quarantine",
                table.quarantinePath(),
                "write",
                Choices.written(table.write()),
                "partition-by",
                table.partitionBy());
        if (table.tombstone() != null) {
            json.put("tombstone", table.tombstone().column());
            json.put("tombstone-retention", table.tombstone().retention().toString());
        }
        return json;
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> sorted = new TreeMap<>();
            map.forEach((key, entry) -> sorted.put(key, sorted(entry)));
            return sorted;
        } else if (value instanceof List<?> list) {
            return list.stream().map(CanonicalJson::sorted).toList();
        }
        return value;
    }
}
