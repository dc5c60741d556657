package io.hybridingest.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What preprocessing does to a record, in this order: rename, defaults, normalise, mask, drop.
 *
 * @param rename incoming field name → schema field name
 * @param defaults schema field path → value for a missing or null field, in the JSON types of Java (String, Number,
 *     Boolean, List, Map)
 * @param normalise how text becomes timestamps
 * @param mask schema field path → how its value is hidden
 * @param drop incoming fields to forget
 * @param unknownFields what happens to incoming fields that the schema does not know
 */
public record Prepare(
        Map<String, String> rename,
        Map<String, Object> defaults,
        Normalise normalise,
        Map<String, Mask> mask,
        List<String> drop,
        UnknownFields unknownFields) {

    public Prepare {
        rename = ordered(rename);
        defaults = ordered(defaults);
        mask = ordered(mask);
        drop = List.copyOf(drop);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * How text becomes timestamps.
     *
     * @param zone zone of date-times that carry none, an IANA name
     * @param timestampPatterns patterns of {@link java.time.format.DateTimeFormatter}, tried in order before ISO-8601
     */
    public record Normalise(java.time.ZoneId zone, List<String> timestampPatterns) {
        public Normalise {
            timestampPatterns = List.copyOf(timestampPatterns);
        }
    }

    /** How a masked value is hidden. */
    public enum Mask {
        /** Every character but the last four becomes {@code *}. */
        KEEP_LAST_4,
        /** Keyed HMAC-SHA-256 in lower-case hex: equal values stay equal, and none can be guessed without the key. */
        HASH,
        /** The value becomes {@code ***}. */
        REDACT
    }

    /** What happens to incoming fields that the schema does not know. */
    public enum UnknownFields {
        /** Kept as JSON in {@link SystemFields#RESCUED}. */
        RESCUE,
        /** Forgotten. */
        DROP,
        /** The record is invalid. */
        REJECT
    }
}
