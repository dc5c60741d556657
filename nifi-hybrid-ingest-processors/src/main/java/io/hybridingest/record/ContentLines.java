package io.hybridingest.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of content, byte for byte. A line ends with a line feed, which is the same byte in ASCII, UTF-8 and every ISO-8859. Memory
 * holds one line. Not safe for several threads.
 */
final class ContentLines {
    private static final int BUFFER_SIZE = 64 * 1024;

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private int position;
    private int limit;
    private long number;

    /**
     * Begins at the beginning of the content.
     *
     * @param longest bytes of the longest line that is taken into memory
     */
    ContentLines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /**
     * The next line.
     *
     * @return empty at the end of the content
     * @throws UnreadableContentException where the line is too long
     */
    Optional<Line> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        boolean ended = false;
        while (!ended && fill()) {
            int end = endOfLine();
            line.write(buffer, position, end - position);
            ended = buffer[end - 1] == '\n';
            position = end;
            if (line.size() > longest) {
                throw new UnreadableContentException("line " + (number + 1) + " is longer than " + longest
                        + " bytes, too long for a line that holds one record");
            }
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(new Line(++number, line.toByteArray()));
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }

    /** Position after the line feed, or the end of what is in memory. */
    private int endOfLine() {
        for (int at = position; at < limit; at++) {
            if (buffer[at] == '\n') {
                return at + 1;
            }
        }
        return limit;
    }

    /**
     * One line.
     *
     * @param number its number, from 1
     * @param bytes its bytes with whatever ends it
     */
    record Line(long number, byte[] bytes) {
        /** Whether there is nothing in it. */
        boolean isEmpty() {
            return bytes.length == 1 && bytes[0] == '\n' || bytes.length == 2 && bytes[0] == '\r' && bytes[1] == '\n';
        }

        /** Whether there is nothing but blanks, tabs and line ends in it. */
        boolean isBlank() {
            for (byte each : bytes) {
                if (each != ' ' && each != '\t' && each != '\r' && each != '\n') {
                    return false;
                }
            }
            return true;
        }
    }
}
