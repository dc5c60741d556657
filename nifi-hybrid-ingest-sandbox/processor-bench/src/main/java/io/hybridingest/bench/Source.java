package io.hybridingest.bench;

import java.time.Instant;
import java.util.List;

/** Records, one a line, the same ones each time. */
interface Source {
    /** The kind of the records. */
    Kind kind();

    /** The formats that the records are there in. */
    List<Format> formats();

    /** What stands before the first line of a content; empty where nothing does. */
    String header(Format format);

    /**
     * One record.
     *
     * @param index from 0; beyond the last record begins the first
     */
    String line(long index, Format format);

    /** A moment that about a fifth of the event times, anywhere among the records, lie before, and none close after. */
    Instant boundary();
}
