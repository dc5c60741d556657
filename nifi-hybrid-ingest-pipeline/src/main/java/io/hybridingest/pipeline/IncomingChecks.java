package io.hybridingest.pipeline;

import java.util.HashMap;
import java.util.Map;

/** Holds what a definition says about incoming fields, those that have not become the schema's yet, against its schema. */
final class IncomingChecks {
    private final SchemaPaths schema;
    private final DefinitionErrors errors;

    IncomingChecks(SchemaPaths schema, DefinitionErrors errors) {
        this.schema = schema;
        this.errors = errors;
    }

    /** @param rename incoming path → schema path */
    void rename(String at, Map<String, String> rename) {
        Map<String, String> sources = new HashMap<>();
        rename.forEach((source, target) -> {
            String entry = DefinitionTree.child(at, source);
            schema.find(entry, target, "Rename to one of " + schema.all());
            refuseOwnField(entry, source, target);
            String other = sources.putIfAbsent(target, source);
            if (other != null) {
                errors.add(
                        entry,
                        "both '" + other + "' and '" + source + "' become '" + target + "'",
                        "Keep one; the other can be dropped or have a field of its own");
            }
        });
    }

    private void refuseOwnField(String entry, String source, String target) {
        if (source.equals(target)) {
            errors.add(entry, "renames '" + source + "' to itself", "Leave it out");
        } else if (schema.contains(source)) {
            errors.add(
                    entry,
                    "'" + source
                            + "' is a field of the schema itself, so renaming it away would go in a circle or lose it",
                    "Rename only names that the schema does not have");
        }
    }

    /**
     * A record may be dropped though parts of it were renamed: they have been taken out of it by then.
     *
     * @param drop place in the definition → incoming path
     * @param rename incoming path → schema path
     */
    void drop(Map<String, String> drop, Map<String, String> rename) {
        drop.forEach((at, path) -> {
            if (schema.contains(path)) {
                errors.add(
                        at, "'" + path + "' is a field of the schema", "Take it out of the schema, or do not drop it");
            } else if (rename.containsKey(path)) {
                errors.add(
                        at,
                        "'" + path + "' has become '" + rename.get(path) + "' before fields are dropped",
                        "Either rename it or drop it");
            }
        });
    }
}
