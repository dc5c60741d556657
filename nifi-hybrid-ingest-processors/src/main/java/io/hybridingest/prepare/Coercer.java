package io.hybridingest.prepare;

/**
 * Makes a raw value into what Avro's generic writer takes for one schema. Immutable and safe to share between threads; what
 * belongs to a record is in its {@link Findings}.
 */
interface Coercer {
    /**
     * Coerces one value.
     *
     * @param raw what the reader delivered; not null, unless {@link #takesNull}
     * @return the value, or {@link Findings#MISFIT} with every reason among the findings
     */
    Object coerce(Object raw, Findings findings);

    /** Whether null is a value of the schema. */
    default boolean takesNull() {
        return false;
    }

    /** Whether the empty text is a value of its own, and not a sign that there is none, as in CSV. */
    default boolean takesEmptyText() {
        return false;
    }

    /** Whether there is no value: null, or empty text where that says nothing. */
    default boolean isAbsent(Object raw) {
        return raw == null || isBlank(raw) && !takesEmptyText();
    }

    /** Whether a value is text without anything but blanks. */
    static boolean isBlank(Object raw) {
        if (raw instanceof Number || !(raw instanceof CharSequence characters)) {
            return false;
        }
        String text = characters.toString();
        for (int i = 0; i < text.length(); i++) {
            if (!isBlank(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a character is a blank of any kind, or a control character. */
    static boolean isBlank(char c) {
        return c <= ' ' || c > 0x7f && (Character.isWhitespace(c) || Character.isSpaceChar(c));
    }
}
