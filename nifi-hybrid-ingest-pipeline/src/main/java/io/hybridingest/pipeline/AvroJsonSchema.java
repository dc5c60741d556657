package io.hybridingest.pipeline;

import static io.hybridingest.pipeline.JsonSchemas.described;
import static io.hybridingest.pipeline.JsonSchemas.object;
import static io.hybridingest.pipeline.JsonSchemas.ref;
import static io.hybridingest.pipeline.JsonSchemas.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schema of an Avro schema written in YAML. Avro takes any key that it does not know for a property of the user's own, and so
 * does this.
 */
final class AvroJsonSchema {
    private static final List<String> PRIMITIVES =
            List.of("string", "int", "long", "float", "double", "boolean", "bytes", "null");
    private static final String FULL_NAME = "^" + JsonSchemas.NAME + "(\\." + JsonSchemas.NAME + ")*$";
    private static final Map<String, Object> TEXTS = object("type", "array", "items", object("type", "string"));

    private AvroJsonSchema() {}

    /** The definitions that {@code avro-record} needs, and itself. */
    static Map<String, Object> definitions() {
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("avro-record", record());
        definitions.put("avro-field", field());
        definitions.put("avro-type", type());
        definitions.put("avro-complex-type", complexType());
        definitions.put("avro-name", object("type", "string", "pattern", FULL_NAME));
        return definitions;
    }

    /** The record of one input record: its own fields leave the names of the system free. */
    static Map<String, Object> root() {
        Map<String, Object> free = object(
                "properties",
                object("name", object("description", "Names that begin with _ are the system's", "pattern", "^[^_]")));
        return object("$ref", "#/$defs/avro-record", "properties", object("fields", object("items", free)));
    }

    private static Map<String, Object> record() {
        return object(
                "type",
                "object",
                "required",
                List.of("type", "name", "fields"),
                "properties",
                object(
                        "type",
                        object("const", "record"),
                        "name",
                        described("Name of the record type", ref("avro-name")),
                        "namespace",
                        object("type", "string"),
                        "doc",
                        object("type", "string"),
                        "aliases",
                        TEXTS,
                        "fields",
                        object("type", "array", "minItems", 1, "items", ref("avro-field"))));
    }

    private static Map<String, Object> field() {
        return object(
                "type",
                "object",
                "required",
                List.of("name", "type"),
                "properties",
                object(
                        "name",
                        object("type", "string", "pattern", "^" + JsonSchemas.NAME + "$"),
                        "type",
                        ref("avro-type"),
                        "doc",
                        object("type", "string"),
                        "default",
                        described("Value where a reader finds none; of the first type of a union", object()),
                        "order",
                        object("enum", List.of("ascending", "descending", "ignore")),
                        "aliases",
                        TEXTS,
                        "logicalType",
                        described(
                                "Stands inside the type: type: {type: long, logicalType: timestamp-micros}",
                                object("not", object()))));
    }

    private static Map<String, Object> type() {
        return object(
                "description",
                "A primitive type, a list of types (a union), the name of a type that was written before, or a mapping with"
                        + " a type of its own",
                "type",
                List.of("string", "null", "array", "object"),
                "allOf",
                List.of(
                        when(
                                object("type", "string"),
                                object("anyOf", List.of(object("enum", PRIMITIVES), ref("avro-name")))),
                        when(
                                object("type", "array"),
                                object(
                                        "minItems",
                                        1,
                                        "items",
                                        object(
                                                "allOf",
                                                List.of(ref("avro-type"), object("not", object("type", "array")))))),
                        when(object("type", "object"), ref("avro-complex-type"))));
    }

    private static Map<String, Object> complexType() {
        List<Object> rules = new ArrayList<>();
        rules.add(when(is("type", "record"), ref("avro-record")));
        rules.add(when(is("type", "enum"), requires("name", "symbols")));
        rules.add(when(is("type", "fixed"), requires("name", "size")));
        rules.add(when(is("type", "array"), requires("items")));
        rules.add(when(is("type", "map"), requires("values")));
        rules.add(when(is("logicalType", "decimal"), requires("precision")));
        rules.add(when(is("logicalType", "uuid"), has("type", "string")));
        rules.add(when(is("logicalType", "date", "time-millis"), has("type", "int")));
        rules.add(when(
                is(
                        "logicalType",
                        "time-micros",
                        "timestamp-millis",
                        "timestamp-micros",
                        "local-timestamp-millis",
                        "local-timestamp-micros"),
                has("type", "long")));
        return object("type", "object", "required", List.of("type"), "properties", complexProperties(), "allOf", rules);
    }

    private static Map<String, Object> complexProperties() {
        Map<String, Object> nested = object("type", List.of("array", "object", "null"));
        List<Object> names = new ArrayList<>(PRIMITIVES);
        names.addAll(List.of("record", "enum", "fixed", "array", "map"));
        return object(
                "type",
                object("anyOf", List.of(object("enum", names), ref("avro-name"), nested)),
                "logicalType",
                described("What the value means", object("enum", SchemaChecks.LOGICAL_TYPES)),
                "precision",
                described("Digits of a decimal", object("type", "integer", "minimum", 1)),
                "scale",
                described("Digits after the point of a decimal", object("type", "integer", "minimum", 0)),
                "items",
                described("Type of the elements of an array", ref("avro-type")),
                "values",
                described("Type of the values of a map, whose keys are text", ref("avro-type")),
                "symbols",
                described(
                        "Values of an enum",
                        object(
                                "type",
                                "array",
                                "items",
                                object("type", "string", "pattern", "^" + JsonSchemas.NAME + "$"))),
                "size",
                described("Number of bytes of a fixed", object("type", "integer", "minimum", 0)),
                "name",
                ref("avro-name"));
    }

    private static Map<String, Object> is(String key, String... values) {
        return JsonSchemas.with(has(key, values), "required", List.of(key));
    }

    private static Map<String, Object> has(String key, String... values) {
        return object("properties", object(key, object("enum", List.of(values))));
    }

    private static Map<String, Object> requires(String... keys) {
        return object("required", List.of(keys));
    }
}
