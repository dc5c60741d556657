package io.hybridingest.prepare;

import java.util.Objects;

/**
 * The key of a value that was moved into a record from elsewhere. It is not the name of an incoming field, so that neither is taken for the
 * other.
 *
 * @param source the incoming path that the value came from
 */
record Moved(String source) {
    Moved {
        Objects.requireNonNull(source, "source");
    }

    @Override
    public String toString() {
        return source;
    }
}
