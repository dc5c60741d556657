package io.hybridingest.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What preprocessing does to a record, in this order: rename, defaults, normalise, mask, drop.
 *
 * <p>{@code rename} and {@code drop} name incoming fields by their path in the record as it came in: {@code customer.name} is the
 * field {@code name} of the record in the field {@code customer}, on any depth. A field whose own name holds dots, such as a
 * column {@code customer.name} of a CSV file, is found by that name first. A path that an incoming record does not have
 * changes nothing. Neither can name a field of the schema, whose names are kept for the schema's own values.
 *
 * <p>What is named is taken out of the record around it, before that record is itself renamed, dropped or held against the
 * schema. So {@code customer.name} can be renamed and {@code customer} dropped, which forgets all but the name; what is left
 * in a record that is neither is unknown to the schema, and {@code unknownFields} applies. The order of the entries does not
 * matter.
 *
 * <p>The target of a rename is any field of the schema, through records only: an element of an array or of a map has no path.
 * Nested records that are not there are made for it, unless the value is null. A field that arrives under several names
 * ({@code zip} and {@code address.postcode}) is one as long as the values agree or only one says something.
 *
 * @param rename incoming path → schema field path; no two have one target
 * @param defaults schema field path → value for a missing or null field, in the JSON types of Java (String, Number,
 *     Boolean, List, Map)
 * @param normalise how text becomes timestamps and numbers
 * @param mask schema field path → how its value is hidden
 * @param drop incoming paths to forget; none that is renamed
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
     * How text becomes timestamps and numbers.
     *
     * @param zone zone of date-times that carry none, an IANA name
     * @param timestampPatterns patterns of {@link java.time.format.DateTimeFormatter}, tried in order before ISO-8601
     * @param decimalPoint the mark before the decimals of a number in text
     * @param grouping the marks between the thousands of a number in text
     * @param excessPrecision what happens to times finer than their field can hold
     */
    public record Normalise(
            java.time.ZoneId zone,
            List<String> timestampPatterns,
            DecimalPoint decimalPoint,
            Grouping grouping,
            ExcessPrecision excessPrecision) {
        public Normalise {
            timestampPatterns = List.copyOf(timestampPatterns);
        }

        /** What holds where the definition says nothing. */
        public static Normalise defaults() {
            return new Normalise(
                    java.time.ZoneId.of("UTC"),
                    List.of(),
                    DecimalPoint.POINT,
                    Grouping.UNAMBIGUOUS,
                    ExcessPrecision.REJECT);
        }
    }

    /** The mark before the decimals of a number in text. */
    public enum DecimalPoint {
        /** As in 1.5. */
        POINT,
        /** As in 1,5. */
        COMMA
    }

    /** The marks between the thousands of a number in text; groups have three digits, but for the first. */
    public enum Grouping {
        /**
         * The one of comma and point that is not the decimal point, where the number can be read in one way only: 1,234.50 and
         * 1,234,567, but not 1,234.
         */
        UNAMBIGUOUS,
        /** None is allowed. */
        NONE,
        /** As in 1,234. */
        COMMA,
        /** As in 1.234. */
        POINT,
        /** As in 1 234, with a space of any kind. */
        SPACE,
        /** As in 1'234. */
        APOSTROPHE
    }

    /** What happens to times finer than their field can hold. */
    public enum ExcessPrecision {
        /** The record is invalid. */
        REJECT,
        /** The time becomes the last moment before it that the field can hold. */
        TRUNCATE
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
