package io.hybridingest.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what the lanes need, apart from the schema: names, conditions, places. */
final class LaneChecks {
    private static final int MAX_TOPIC_LENGTH = 249;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern INPUT = Pattern.compile("\\binput\\b", Pattern.CASE_INSENSITIVE);

    private final DefinitionErrors errors;

    LaneChecks(DefinitionErrors errors) {
        this.errors = errors;
    }

    /** Kafka's own rule for topics, which holds for the pipeline's name too: it is the default topic. */
    void topicName(String at, String name) {
        if (name == null) {
            return;
        } else if (name.length() > MAX_TOPIC_LENGTH || !NAME.matcher(name).matches() || name.matches("\\.\\.?")) {
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(name) + "' cannot name a Kafka topic",
                    "Use letters of ASCII, digits, '.', '_' and '-' only, at most " + MAX_TOPIC_LENGTH);
        }
    }

    void checks(List<Check> checks) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < checks.size(); i++) {
            String name = checks.get(i).name();
            String at = DefinitionTree.child("checks", i) + ".name";
            if (name == null) {
                continue;
            } else if (!NAME.matcher(name).matches()) {
                errors.add(
                        at,
                        "'" + DefinitionTree.cut(name) + "' cannot be a reason code",
                        "Use letters of ASCII, digits, '.', '_' and '-' only, such as positive-amount");
            }
            Integer other = seen.putIfAbsent(name, i);
            if (other != null) {
                errors.add(
                        at,
                        "the name '" + name + "' is taken by " + DefinitionTree.child("checks", other),
                        "Give every check a name of its own: it is the reason of a failing record");
            }
        }
    }

    void transform(String transform) {
        if (transform != null && !INPUT.matcher(transform).find()) {
            errors.add(
                    "transform",
                    "does not read the view 'input', which holds the records",
                    "Write a Spark SQL query such as SELECT * FROM input");
        }
    }

    /** @param columns place in the definition → column */
    void partitionBy(Map<String, String> columns) {
        Set<String> seen = new HashSet<>();
        columns.forEach((at, column) -> {
            if (!seen.add(column.toLowerCase(Locale.ROOT))) {
                errors.add(at, "the column '" + column + "' is named twice", "Name it once");
            }
        });
    }

    /** Delta takes every file under a table's directory for its own, and VACUUM would delete it. */
    void places(Table table, Batch batch) {
        refuseInside("table.quarantine", table.quarantinePath(), table.path(), "the table");
        refuseInside("table.path", table.path(), table.quarantinePath(), "the quarantine table");
        refuseInside("batch.landing", batch.landing(), table.path(), "the table");
        refuseInside("batch.landing", batch.landing(), table.quarantinePath(), "the quarantine table");
    }

    private void refuseInside(String at, String inner, String outer, String what) {
        if (inner != null && outer != null && (directory(inner)).startsWith(directory(outer))) {
            errors.add(
                    at,
                    "'" + DefinitionTree.cut(inner) + "' is in the directory of " + what,
                    "Write another directory");
        }
    }

    private static String directory(String path) {
        return path.replaceAll("/+$", "") + "/";
    }
}
