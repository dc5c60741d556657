package io.hybridingest.job.source;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The records of one landed file as JSON objects, one after the other, so that {@link JsonMessages} decodes them as it does
 * messages. What is no record becomes a problem row, and a damaged file ends in one. Used by one task.
 */
abstract class FileValues implements Iterator<Row>, AutoCloseable {
    /** What {@link JsonMessages} takes: a value, or a problem with what is kept of the original as value. */
    static final StructType COLUMNS = new StructType()
            .add("value", DataTypes.BinaryType, true)
            .add(Envelope.ORIGIN, DataTypes.StringType, true)
            .add(Envelope.EVENT_MILLIS, DataTypes.LongType, true)
            .add(JsonMessages.GIVEN_PROBLEM, DataTypes.StringType, true)
            .add(JsonMessages.GIVEN_MESSAGE, DataTypes.StringType, true);

    static final String DAMAGED = "damaged-file";

    private final Path path;

    /** What the records' origins begin with; a path makes its text anew each time. */
    private final String origins;

    private final Configuration hadoop;
    private Row next;
    private boolean ended;

    FileValues(Path path, Configuration hadoop) {
        this.path = path;
        this.origins = path + "#";
        this.hadoop = hadoop;
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) done -> close());
        }
    }

    /**
     * The next record, or the next problem of a single record.
     *
     * @return null at the end
     * @throws IOException where the rest of the file cannot be read
     */
    abstract Row read() throws IOException;

    @Override
    public abstract void close();

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = read();
                ended = next == null;
            } catch (IOException | RuntimeException damaged) {
                ended = true;
                next = damaged(damaged.getMessage());
            }
            if (ended) {
                close();
            }
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

    Row value(byte[] json, long index) {
        return RowFactory.create(json, origins + index, null, null, null);
    }

    Row problem(byte[] original, long index, String code, String message) {
        return RowFactory.create(original, origins + index, null, code, message);
    }

    /** Reading the content once more tells an error of the file system, which is thrown, from one of the content. */
    private Row damaged(String reason) {
        byte[] original = FileContent.read(path, hadoop).kept();
        String message = "The file cannot be read to its end (%s). It stays at %s.".formatted(reason, path);
        return RowFactory.create(original, path.toString(), null, DAMAGED, message);
    }
}
