package io.hybridingest.job.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** A file of one JSON object per line. Lines without content are passed over. */
final class JsonLines extends FileValues {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private long line;

    JsonLines(Path path, Configuration hadoop) throws IOException {
        super(path, hadoop);
        in = new BufferedInputStream(path.getFileSystem(hadoop).open(path), BUFFER_BYTES);
    }

    @Override
    Row read() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (nextLine(bytes)) {
            line++;
            byte[] text = bytes.toByteArray();
            if (isBlank(text)) {
                continue;
            }
            if (line == 1 && text[0] == '[') {
                throw new IOException(
                        "it is a JSON array, not one object per line; set Output Grouping of the JSON writer to One Line Per Object");
            }
            return text.length < FileContent.KEPT_BYTES
                    ? value(text, line)
                    : problem(
                            text,
                            line,
                            SingleObjects.UNDECODABLE,
                            "The line is longer than 16 MiB; its beginning is kept");
        }
        return null;
    }

    /** Of a line that is too long the beginning is kept, and the rest passed over. */
    private boolean nextLine(ByteArrayOutputStream bytes) throws IOException {
        bytes.reset();
        int next = in.read();
        if (next < 0) {
            return false;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (bytes.size() < FileContent.KEPT_BYTES) {
                bytes.write(next);
            }
        }
        return true;
    }

    private static boolean isBlank(byte[] text) {
        for (byte character : text) {
            if (character != ' ' && character != '\t' && character != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        FileContent.closeQuietly(in);
    }
}
