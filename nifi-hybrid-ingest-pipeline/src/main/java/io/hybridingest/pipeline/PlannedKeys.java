package io.hybridingest.pipeline;

import java.util.Map;
import java.util.Set;

/** Keys that a definition may hold one day: refused by name, so that nobody looks for a typing mistake. */
final class PlannedKeys {
    private static final Map<String, Set<String>> BY_SECTION = Map.of(
            "", Set.of("evolution", "views", "tombstone", "lookups", "maintenance", "retention"),
            "stream", Set.of("watermark", "deduplicate-within", "partitions", "replication", "retention"),
            "batch", Set.of("retention", "maximum-files"),
            "table",
                    Set.of(
                            "views",
                            "evolution",
                            "properties",
                            "z-order",
                            "cluster-by",
                            "compaction",
                            "retention",
                            "vacuum"));

    private PlannedKeys() {}

    static boolean contains(String section, String key) {
        return BY_SECTION.getOrDefault(section, Set.of()).contains(key);
    }
}
