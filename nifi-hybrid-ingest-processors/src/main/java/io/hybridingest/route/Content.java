package io.hybridingest.route;

import java.io.InputStream;

/** A content that can be opened again when it has been closed. */
@FunctionalInterface
public interface Content {
    /** Begins at the first byte. */
    InputStream open();
}
