package io.hybridingest.pipeline;

import java.util.Objects;

/**
 * Why a record went to quarantine.
 *
 * @param code short stable code, such as {@code wrong-type}, or the name of a check
 * @param field dotted path of the field, empty where the record as a whole is at fault
 * @param message a sentence for people
 * @param value the offending value, cut short, never a masked field's; empty where there is none
 */
public record Reason(String code, String field, String message, String value) {
    public Reason {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(value, "value");
    }
}
