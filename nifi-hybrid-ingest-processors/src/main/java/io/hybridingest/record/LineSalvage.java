package io.hybridingest.record;

import io.hybridingest.record.ContentLines.Line;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.serialization.record.Record;

/**
 * Reads content of one record per line although some of its lines cannot be read: JSON lines, CSV with or without a header line. Every
 * line ends in exactly one place: as one record, or as an unreadable line. Empty lines hold nothing.
 *
 * <p>A Record Reader that has failed cannot be asked to go on, see {@link RecordInput}. So each piece of the content is given to a
 * reader of its own, the header line in front of it. A piece that gives as many records as it has lines is taken; any
 * other is cut in halves, down to single lines. A reader that infers its schema sees one piece at a time: give it a schema where the
 * types must not depend on the neighbours.
 *
 * <p>Memory holds one piece, a thousand lines or a mebibyte, or one line of at most 16 MiB, and its records. Not safe for
 * several threads.
 */
public final class LineSalvage {
    private static final int LONGEST_LINE = 16 * 1024 * 1024;
    private static final int PIECE_LINES = 1_000;
    private static final int PIECE_BYTES = 1024 * 1024;
    private static final int ENCODING_PROBE = 4;
    private static final byte[] NO_HEADER = new byte[0];

    private final Reader reader;
    private final Sink sink;
    private byte[] header = NO_HEADER;
    private long index;

    private LineSalvage(Reader reader, Sink sink) {
        this.reader = reader;
        this.sink = sink;
    }

    /** Begins reading one piece of content. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Begins reading.
         *
         * @param size bytes in the content
         */
        RecordInput open(InputStream content, long size) throws UnreadableContentException;
    }

    /** Takes what was found, in the order of the content. */
    public interface Sink {
        /**
         * A record.
         *
         * @param index how many records and unreadable lines came before it: the same as in content that can be read whole
         */
        void record(Record record, long index) throws IOException;

        /** A line that does not hold exactly one record. */
        void unreadable(UnreadableLine line) throws IOException;
    }

    /**
     * Reads content from its beginning to its end.
     *
     * @throws UnreadableContentException where the content cannot be read by lines: a line longer than 16 MiB, UTF-16, UTF-32
     * @throws IOException what the content's source or the sink throws
     */
    public static void read(InputStream content, Reader reader, Sink sink) throws IOException {
        new LineSalvage(reader, sink).read(new ContentLines(content, LONGEST_LINE));
    }

    private void read(ContentLines lines) throws IOException {
        Optional<Line> first = nextOf(lines);
        if (first.isEmpty()) {
            return;
        }
        requireSingleByteLineFeeds(first.get());
        List<Line> piece = new ArrayList<>();
        if (isHeader(first.get())) {
            header = first.get().bytes();
        } else {
            piece.add(first.get());
        }
        long bytes = 0;
        for (Optional<Line> next = nextOf(lines); next.isPresent(); next = nextOf(lines)) {
            piece.add(next.get());
            bytes += next.get().bytes().length;
            if (piece.size() == PIECE_LINES || bytes > PIECE_BYTES) {
                take(piece);
                piece.clear();
                bytes = 0;
            }
        }
        take(piece);
    }

    private static Optional<Line> nextOf(ContentLines lines) throws IOException {
        Optional<Line> next = lines.next();
        while (next.isPresent() && next.get().isEmpty()) {
            next = lines.next();
        }
        return next;
    }

    /** UTF-16 and UTF-32 have zero bytes among the first four, or their byte order mark; a run of zeros is a damaged file. */
    private static void requireSingleByteLineFeeds(Line first) throws UnreadableContentException {
        byte[] bytes = first.bytes();
        int zeros = 0;
        int probed = Math.min(ENCODING_PROBE, bytes.length);
        for (int i = 0; i < probed; i++) {
            zeros += bytes[i] == 0 ? 1 : 0;
        }
        int mark = probed < 2 ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        if (zeros > 0 && zeros < probed || mark == 0xfeff || mark == 0xfffe) {
            throw new UnreadableContentException(
                    "the content is UTF-16 or UTF-32, and its lines cannot be told apart: bring it to UTF-8 first");
        }
    }

    /**
     * A header line gives no record, and what follows it does, be it the same line again. Alone, a header of one name in quotes is a JSON
     * value that is no record, so that it need not be readable alone.
     */
    private boolean isHeader(Line first) {
        return !LinePiece.read(reader, NO_HEADER, List.of(first)).holds(1)
                && LinePiece.read(reader, NO_HEADER, List.of(first, first)).holds(1)
                && LinePiece.read(reader, NO_HEADER, List.of(first, first, first))
                        .holds(2);
    }

    private void take(List<Line> lines) throws IOException {
        if (lines.isEmpty()) {
            return;
        }
        LinePiece piece = LinePiece.read(reader, header, lines);
        if (piece instanceof LinePiece.Whole(List<Record> records) && records.size() == lines.size()) {
            for (Record record : records) {
                sink.record(record, index++);
            }
        } else if (lines.size() == 1) {
            takeUnreadable(lines.getFirst(), piece);
        } else {
            int middle = lines.size() / 2;
            take(lines.subList(0, middle));
            take(lines.subList(middle, lines.size()));
        }
    }

    private void takeUnreadable(Line line, LinePiece piece) throws IOException {
        switch (piece) {
            case LinePiece.Broken(UnreadableContentException reason) -> emitUnreadable(line, reason);
            case LinePiece.Whole(List<Record> records) when records.isEmpty() && line.isBlank() -> {}
            case LinePiece.Whole(List<Record> records) ->
                emitUnreadable(
                        line,
                        new UnreadableContentException(
                                records.isEmpty() ? "it holds no record" : "it holds more than one record"));
        }
    }

    private void emitUnreadable(Line line, UnreadableContentException reason) throws IOException {
        sink.unreadable(new UnreadableLine(header, line.bytes(), line.number(), reason));
        index++;
    }
}
