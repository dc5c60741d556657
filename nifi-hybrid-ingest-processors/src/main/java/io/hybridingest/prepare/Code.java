package io.hybridingest.prepare;

/** The reason codes of preparation: stable, as people filter and count by them. */
enum Code {
    /** A required value is missing or null. */
    MISSING("missing"),
    /** The value cannot be read as the field's type. */
    WRONG_TYPE("wrong-type"),
    /** The value is of the type, but larger than it can hold. */
    OUT_OF_RANGE("out-of-range"),
    /** The value would lose digits. */
    PRECISION_LOSS("precision-loss"),
    /** The value is none of those allowed. */
    NOT_ALLOWED("not-allowed"),
    /** The record has a field that the schema does not know. */
    UNKNOWN_FIELD("unknown-field"),
    /** Two incoming fields claim the same field of the schema with different values. */
    CONFLICT("conflict");

    private final String text;

    Code(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
