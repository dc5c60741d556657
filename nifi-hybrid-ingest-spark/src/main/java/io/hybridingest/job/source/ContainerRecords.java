package io.hybridingest.job.source;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The records of one Avro container as bytes of the expected schema, one after the other.
 *
 * <p>A file of exactly that schema is sliced: its records are walked, not built. A file of an older schema is resolved by
 * Avro's rules. A file that is damaged, or of a schema that cannot be resolved, ends in one problem row. An error of the
 * file system is none of the file's, and is thrown, so that Spark tries again.
 */
final class ContainerRecords implements Iterator<Row> {
    private final Path path;

    /** What the records' origins begin with; a path makes its text anew each time. */
    private final String origins;

    private final Configuration hadoop;
    private final Schema expected;
    private final NotedInput input;
    private DataFileReader<Object> container;
    private Block block;
    private long index;
    private Row next;
    private boolean ended;

    private ContainerRecords(Path path, Configuration hadoop, Schema expected, NotedInput input) {
        this.path = path;
        this.origins = path + "#";
        this.hadoop = hadoop;
        this.expected = expected;
        this.input = input;
    }

    static Iterator<Row> open(Path path, Configuration hadoop, String schemaJson) throws IOException {
        NotedInput input = NotedInput.open(path, hadoop);
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) done -> input.close());
        }
        return new ContainerRecords(path, hadoop, new Schema.Parser().parse(schemaJson), input);
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = read();
        }
        return next != null;
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Row row = next;
        next = null;
        return row;
    }

    private Row read() {
        try {
            byte[] body = nextBody();
            if (body == null) {
                end();
                return null;
            }
            return RowFactory.create(body, origins + index++, null, null, null, null, null);
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException damaged) {
            input.rethrowFailure();
            end();
            return problem(damaged);
        }
    }

    private byte[] nextBody() throws IOException {
        if (container == null) {
            container = new DataFileReader<>(input, new GenericDatumReader<>(null, expected));
            Optional<String> difference = SchemaMeaning.difference(container.getSchema(), expected);
            if (difference.isPresent()) {
                throw new AvroRuntimeException(difference.get());
            }
        }
        while (block == null || !block.hasNext()) {
            if (!container.hasNext()) {
                requireEnd();
                return null;
            }
            long count = container.getBlockCount();
            block = isExpected() ? new Slices(container.nextBlock(), count) : new Resolved(count);
        }
        return block.next();
    }

    /** To Avro, a file that was cut off in the midst of a block has ended. */
    private void requireEnd() throws IOException {
        if (container.previousSync() < input.length()) {
            throw new EOFException("it is cut off after byte " + container.previousSync());
        }
    }

    private boolean isExpected() {
        return SchemaNormalization.parsingFingerprint64(container.getSchema())
                == SchemaNormalization.parsingFingerprint64(expected);
    }

    private void end() {
        ended = true;
        input.close();
    }

    private Row problem(Exception damaged) {
        String message =
                "After %d records the file is no readable Avro container of the expected schema (%s). It stays at %s."
                        .formatted(index, damaged.getMessage(), path);
        byte[] original = FileContent.read(path, hadoop).kept();
        return RowFactory.create(null, path.toString(), "read", "damaged-file", message, original, null);
    }

    /** The records of one block. */
    private interface Block {
        boolean hasNext();

        byte[] next() throws IOException;
    }

    /** A block of the expected schema, cut where the records end. */
    private final class Slices implements Block {
        private final byte[] bytes;
        private final int end;
        private final BinaryDecoder decoder;
        private int position;
        private long left;

        Slices(ByteBuffer buffer, long count) {
            bytes = buffer.array();
            position = buffer.arrayOffset() + buffer.position();
            end = position + buffer.remaining();
            decoder = DecoderFactory.get().binaryDecoder(bytes, position, buffer.remaining(), null);
            left = count;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public byte[] next() throws IOException {
            GenericDatumReader.skip(expected, decoder);
            int to = end - decoder.inputStream().available();
            if (to < position) {
                throw new IOException("record " + index + " has a negative length");
            }
            byte[] record = Arrays.copyOfRange(bytes, position, to);
            position = to;
            left--;
            return record;
        }
    }

    /** A block of another schema, which Avro resolves. */
    private final class Resolved implements Block {
        private final GenericDatumWriter<Object> writer = new GenericDatumWriter<>(expected);
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long left;

        Resolved(long count) {
            left = count;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public byte[] next() throws IOException {
            out.reset();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            writer.write(container.next(), encoder);
            encoder.flush();
            left--;
            return out.toByteArray();
        }
    }
}
