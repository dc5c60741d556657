package io.hybridingest.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The prepared records of JSON lines: each line is one message, its bytes copied as they are. Blank lines are passed
 * over. Memory holds one line.
 */
final class JsonLines implements PreparedRecords {
    /** Far beyond what Kafka takes; a line longer than that is not held in memory only to be refused. */
    private static final int LONGEST_LINE = 64 * 1024 * 1024;

    private final InputStream in;
    private final ContentGuard content;
    private final JsonLayout layout;
    private byte[] buffer;
    private int start;
    private int searched;
    private int end;
    private long line;
    private long index;

    /**
     * @param in the content at its beginning
     * @param content tells whether reading itself failed
     * @param capacity bytes to read at first
     */
    JsonLines(InputStream in, ContentGuard content, JsonLayout layout, int capacity) {
        this.in = in;
        this.content = content;
        this.layout = layout;
        this.buffer = new byte[capacity];
    }

    @Override
    public PreparedRecord next() throws UnreadableContentException {
        try {
            while (true) {
                int lineEnd = lineEnd();
                if (lineEnd < 0) {
                    return null;
                }
                int from = start;
                start = Math.min(lineEnd + 1, end);
                searched = start;
                line++;
                if (!isBlank(from, lineEnd)) {
                    return layout.find(buffer, from, trimmed(from, lineEnd) - from, index++);
                }
            }
        } catch (IOException | RuntimeException e) {
            content.rethrow();
            throw new UnreadableContentException(
                    "Line " + line + " is no prepared record (" + firstSentence(e)
                            + "): connect JSON lines as PreprocessRecord writes them, or send the records through it first",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Index of the line break behind the next line, or the end where the last line has none; -1 behind the last line. */
    private int lineEnd() throws IOException {
        while (true) {
            for (int i = searched; i < end; i++) {
                if (buffer[i] == '\n') {
                    return i;
                }
            }
            searched = end;
            if (!fill()) {
                return start < end ? end : -1;
            }
        }
    }

    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            searched -= start;
            start = 0;
        } else if (end == buffer.length) {
            if (end >= LONGEST_LINE) {
                line++;
                throw new IOException("it is longer than " + LONGEST_LINE + " bytes");
            }
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count > 0) {
            end += count;
        }
        return count >= 0;
    }

    private boolean isBlank(int from, int to) {
        return trimmed(from, to) == from;
    }

    /** The end of the line without the blanks, and the carriage return, before it. */
    private int trimmed(int from, int to) {
        int last = to;
        while (last > from && (buffer[last - 1] == '\r' || buffer[last - 1] == ' ' || buffer[last - 1] == '\t')) {
            last--;
        }
        return last;
    }

    /** Jackson's messages go on with where it happened, in its own terms. */
    static String firstSentence(Exception e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
