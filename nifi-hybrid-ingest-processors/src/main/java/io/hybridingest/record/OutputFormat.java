package io.hybridingest.record;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Function;

/**
 * A format that records can be written in.
 *
 * @param <R> the form that a record is handed over in
 */
@FunctionalInterface
public interface OutputFormat<R> {
    /** Begins an output; closing it closes the stream. */
    RecordOutput<R> open(OutputStream out) throws IOException;

    /** The same format for records of another form. */
    default <T> OutputFormat<T> accepting(Function<T, R> conversion) {
        return out -> converting(open(out), conversion);
    }

    private static <T, R> RecordOutput<T> converting(RecordOutput<R> output, Function<T, R> conversion) {
        return new RecordOutput<>() {
            @Override
            public void write(T record) throws IOException {
                output.write(conversion.apply(record));
            }

            @Override
            public Map<String, String> finish() throws IOException {
                return output.finish();
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }
}
