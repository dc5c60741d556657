package io.hybridingest.record;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * A line that does not hold exactly one record.
 *
 * @param header the content's header line, without which the line means nothing; empty where there is none
 * @param bytes the line as it is, with whatever ends it
 * @param number its number in the content, from 1
 * @param reason why it cannot be read
 */
public record UnreadableLine(byte[] header, byte[] bytes, long number, UnreadableContentException reason) {
    /** Content of such lines: the header once, then each line as it is. */
    public static OutputFormat<UnreadableLine> format() {
        return Output::new;
    }

    private static final class Output implements RecordOutput<UnreadableLine> {
        private final OutputStream out;
        private boolean begun;

        Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(UnreadableLine line) throws IOException {
            if (!begun) {
                begun = true;
                out.write(line.header());
            }
            out.write(line.bytes());
        }

        /** The content is of its parent's type. */
        @Override
        public Map<String, String> finish() {
            return Map.of();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
