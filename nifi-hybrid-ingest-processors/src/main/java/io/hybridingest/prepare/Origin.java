package io.hybridingest.prepare;

import java.util.Objects;

/**
 * Where a record came from.
 *
 * @param flowFile identifier that stays the same when the content is read again; part of the {@code position} identity
 * @param source path or filename, for people
 */
public record Origin(String flowFile, String source) {
    public Origin {
        Objects.requireNonNull(flowFile, "flowFile");
        Objects.requireNonNull(source, "source");
    }
}
