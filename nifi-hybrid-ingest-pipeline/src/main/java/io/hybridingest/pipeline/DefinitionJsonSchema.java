package io.hybridingest.pipeline;

import static io.hybridingest.pipeline.JsonSchemas.choice;
import static io.hybridingest.pipeline.JsonSchemas.containing;
import static io.hybridingest.pipeline.JsonSchemas.described;
import static io.hybridingest.pipeline.JsonSchemas.filled;
import static io.hybridingest.pipeline.JsonSchemas.list;
import static io.hybridingest.pipeline.JsonSchemas.mapping;
import static io.hybridingest.pipeline.JsonSchemas.matching;
import static io.hybridingest.pipeline.JsonSchemas.object;
import static io.hybridingest.pipeline.JsonSchemas.path;
import static io.hybridingest.pipeline.JsonSchemas.positiveWhole;
import static io.hybridingest.pipeline.JsonSchemas.ref;
import static io.hybridingest.pipeline.JsonSchemas.section;
import static io.hybridingest.pipeline.JsonSchemas.with;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of pipeline definitions, for editors: they complete keys, show what a key means, and mark most mistakes while one
 * types. What it refuses, {@link PipelineDefinition#fromYaml} refuses too, with a better sentence; that a definition agrees
 * with itself, only the latter says. Values that hold {@code #{parameters}} are accepted. Stateless.
 */
public final class DefinitionJsonSchema {
    private DefinitionJsonSchema() {}

    /** The schema, draft 2020-12, as indented JSON with a line break at its end. */
    public static String text() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        Separators separators =
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators)
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(document()) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps, lists and scalars are always JSON", e);
        }
    }

    private static Map<String, Object> document() {
        Map<String, Object> document = object(
                "$schema",
                "https://json-schema.org/draft/2020-12/schema",
                "title",
                "Pipeline definition of nifi-hybrid-ingest");
        document.putAll(section(List.of("pipeline", "schema", "identity", "event-time", "batch", "table"), sections()));
        Map<String, Object> definitions = object("duration", matching(JsonSchemas.duration()));
        definitions.putAll(AvroJsonSchema.definitions());
        document.put("$defs", definitions);
        return document;
    }

    private static Map<String, Object> sections() {
        return object(
                "pipeline",
                described(
                        "Name of the pipeline; the default topic, the consumer group and the application's name",
                        topicName()),
                "schema",
                described(
                        "Avro record schema of one input record, without the system's own fields",
                        AvroJsonSchema.root()),
                "identity",
                described(
                        "Fields whose equal values make the same record, which is in the table once; or position, for input"
                                + " that has none",
                        identity()),
                "event-time",
                described("When a record happened, and how late or early it may be", eventTime()),
                "prepare",
                described(
                        "What is done to a record, in this order: rename, defaults, normalise, mask, drop", prepare()),
                "checks",
                described("Spark SQL conditions that every record must meet, in both lanes", list(check())),
                "transform",
                described(
                        "Spark SQL query over the view input, one row out per row in",
                        with(containing("\\b[Ii][Nn][Pp][Uu][Tt]\\b"), "default", "SELECT * FROM input")),
                "stream",
                described("The stream lane", stream()),
                "batch",
                described("The batch lane", batch()),
                "table",
                described("The Delta table that both lanes write", table()));
    }

    private static Map<String, Object> topicName() {
        return matching("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    }

    private static Map<String, Object> identity() {
        Map<String, Object> paths = object("type", "array", "items", path(), "minItems", 1, "uniqueItems", true);
        return object("anyOf", List.of(object("const", "position"), paths));
    }

    private static Map<String, Object> eventTime() {
        return section(
                List.of("field"),
                object(
                        "field",
                        described(
                                "Path of a timestamp-micros or timestamp-millis field of the schema that is never null",
                                path()),
                        "late-after",
                        duration("An older record takes the batch lane", "15 minutes"),
                        "ahead-limit",
                        duration("A record further in the future is invalid", "5 minutes")));
    }

    private static Map<String, Object> duration(String description, String byDefault) {
        return described(description, with(ref("duration"), "default", byDefault));
    }

    private static Map<String, Object> prepare() {
        return section(
                List.of(),
                object(
                        "rename",
                        described("Incoming path: path of the schema's field that it becomes", mapping(path())),
                        "defaults",
                        described(
                                "Path: value of a missing or null field",
                                byPath(object("not", object("type", "null")))),
                        "normalise",
                        described("How text becomes timestamps and numbers", normalise()),
                        "mask",
                        described(
                                "Path of a string field: how its value is hidden; hash is a keyed HMAC-SHA-256",
                                byPath(choice(Prepare.Mask.class))),
                        "drop",
                        described("Incoming paths to forget", list(filled())),
                        "unknown-fields",
                        described(
                                "Fields that the schema does not know: kept as JSON in _rescued, forgotten, or the record is"
                                        + " invalid",
                                choice(Prepare.UnknownFields.class, Prepare.UnknownFields.RESCUE))));
    }

    private static Map<String, Object> byPath(Map<String, Object> values) {
        return with(mapping(values), "propertyNames", path());
    }

    private static Map<String, Object> normalise() {
        Prepare.Normalise defaults = Prepare.Normalise.defaults();
        return section(
                List.of(),
                object(
                        "zone",
                        described(
                                "Time zone of dates and times that carry none, such as Europe/Madrid",
                                with(filled(), "default", defaults.zone().getId())),
                        "timestamp-patterns",
                        described(
                                "Patterns of Java's DateTimeFormatter, tried in order before ISO-8601", list(filled())),
                        "decimal-point",
                        described(
                                "The mark before the decimals of a number in text",
                                choice(Prepare.DecimalPoint.class, defaults.decimalPoint())),
                        "grouping",
                        described(
                                "The marks between thousands; unambiguous takes 1,234.50 and 1,234,567, but not 1,234",
                                choice(Prepare.Grouping.class, defaults.grouping())),
                        "excess-precision",
                        described(
                                "Times finer than their field can hold: the record is invalid, or the time becomes the last"
                                        + " moment that fits",
                                choice(Prepare.ExcessPrecision.class, defaults.excessPrecision()))));
    }

    private static Map<String, Object> check() {
        return section(
                List.of("name", "require"),
                object(
                        "name",
                        described("Unique; the reason code of a record that fails", matching("[A-Za-z0-9._-]+")),
                        "require",
                        described("Spark SQL condition; a record for which it is false or null fails", filled()),
                        "otherwise",
                        described(
                                "A record that fails: to the quarantine table, left out and counted, the job stops, or kept"
                                        + " and counted",
                                choice(Check.Otherwise.class, Check.Otherwise.QUARANTINE))));
    }

    private static Map<String, Object> stream() {
        return section(
                List.of(),
                object(
                        "topic",
                        described("Kafka topic; by default the pipeline's name", topicName()),
                        "encoding",
                        described(
                                "Kafka message: Avro single-object encoding, or one JSON object",
                                choice(Stream.Encoding.class, Stream.Encoding.AVRO)),
                        "trigger",
                        duration("Time between two micro-batches; 0 seconds is without a pause", "5 seconds"),
                        "max-lag",
                        described(
                                "Records that the topic may be ahead of the table",
                                with(positiveWhole(), "default", 500_000)),
                        "when-lagging",
                        described(
                                "Above max-lag FlowFiles wait, or take the batch lane",
                                choice(Stream.WhenLagging.class, Stream.WhenLagging.HOLD))));
    }

    private static Map<String, Object> batch() {
        return section(
                List.of("landing"),
                object(
                        "landing",
                        described("Directory that landing files are put into", filled()),
                        "schedule-interval",
                        duration("Length of one data interval", "1 hour")));
    }

    private static Map<String, Object> table() {
        return section(
                List.of("path"),
                object(
                        "path",
                        described("Directory or Hadoop path of the Delta table", filled()),
                        "quarantine",
                        described(
                                "Directory or Hadoop path of the Delta table of records that failed; by default path and"
                                        + " _quarantine",
                                filled()),
                        "write",
                        described(
                                "The first record of an identity stays, or the newest event time wins",
                                choice(Table.Write.class, Table.Write.APPEND)),
                        "partition-by",
                        described("Columns of the transform's result", list(filled())),
                        "tombstone",
                        described(
                                "With write: upsert: boolean column of the transform's result; a record for which it is true"
                                        + " deletes the row of its identity",
                                filled()),
                        "tombstone-retention",
                        duration(
                                "How long a deleted row is remembered, so that no older record brings it back",
                                "30 days")));
    }
}
