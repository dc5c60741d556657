package io.hybridingest.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Finds what would give a record another identity than the one it is in the table with, so that it came in twice. */
final class IdentityComparison {
    private static final String CONSEQUENCE = ", so the same record would get another identity and come in twice";

    private final PipelineDefinition older;
    private final PipelineDefinition newer;
    private final DefinitionChanges changes;

    IdentityComparison(PipelineDefinition older, PipelineDefinition newer, DefinitionChanges changes) {
        this.older = older;
        this.newer = newer;
        this.changes = changes;
    }

    void compare() {
        if (older.identity() instanceof Identity.Fields before && newer.identity() instanceof Identity.Fields now) {
            fields(before.paths(), now.paths());
        } else if (!older.identity().equals(newer.identity())) {
            different(written(older.identity()), written(newer.identity()));
        }
    }

    private static String written(Identity identity) {
        return identity instanceof Identity.Fields fields ? fields.paths().toString() : "position";
    }

    private void different(String before, String now) {
        changes.breaks(
                "identity",
                "was " + before + " and is " + now + CONSEQUENCE,
                "Keep it, or begin a table of its own for the newer definition");
    }

    private void fields(List<String> before, List<String> now) {
        List<String> nowAsBefore = now.stream()
                .map(path -> FieldMatch.olderPath(older.schema(), newer.schema(), path)
                        .orElse(""))
                .toList();
        if (!nowAsBefore.equals(before)) {
            different(before.toString(), now.toString());
            return;
        }
        for (int i = 0; i < now.size(); i++) {
            field(before.get(i), now.get(i));
        }
    }

    private void field(String before, String now) {
        Schema olderType = FieldPath.find(older.schema(), before).orElseThrow().type();
        Schema newerType = FieldPath.find(newer.schema(), now).orElseThrow().type();
        if (!encoding(olderType).equals(encoding(newerType))) {
            String change = olderType.getType() == newerType.getType()
                    ? "is a " + newerType.getType().getName() + " of other parts than before"
                    : "was " + TypeComparison.named(olderType) + " and is " + TypeComparison.named(newerType);
            changes.breaks(now, change + CONSEQUENCE, "Keep the types of identity fields");
        }
        same(
                now,
                "mask",
                within(older.prepare().mask(), before),
                within(newer.prepare().mask(), now));
        same(
                now,
                "defaults",
                within(older.prepare().defaults(), before),
                within(newer.prepare().defaults(), now));
    }

    private void same(String path, String key, Map<String, ?> before, Map<String, ?> now) {
        if (!Objects.equals(before, now)) {
            changes.breaks(
                    path,
                    "is part of the identity, and what prepare." + key + " says about it has changed" + CONSEQUENCE,
                    "Keep prepare." + key + " of identity fields");
        }
    }

    /** What is said about the field and about the fields in it. */
    private static <V> Map<String, V> within(Map<String, V> byPath, String path) {
        Map<String, V> within = new TreeMap<>();
        byPath.forEach((at, value) -> {
            if (at.equals(path) || at.startsWith(path + ".")) {
                within.put(at.substring(path.length()), value);
            }
        });
        return within;
    }

    /** What decides how a value is encoded: types that {@link IngestId} encodes alike are one. */
    private static String encoding(Schema schema) {
        if (schema.getLogicalType() != null) {
            String name = schema.getLogicalType().getName();
            return name.equals("uuid") ? "text" : name;
        }
        return switch (schema.getType()) {
            case STRING, ENUM -> "text";
            case INT, LONG -> "whole";
            case BYTES, FIXED -> "bytes";
            case ARRAY -> "[" + encoding(schema.getElementType()) + "]";
            case MAP -> "<" + encoding(schema.getValueType()) + ">";
            case UNION ->
                schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .map(IdentityComparison::encoding)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining("|"));
            case RECORD ->
                schema.getFields().stream()
                        .map(field -> field.name() + ":" + encoding(field.schema()))
                        .sorted()
                        .collect(Collectors.joining(",", "{", "}"));
            default -> schema.getType().getName();
        };
    }
}
