package io.hybridingest.job;

import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** About how many bytes a refused record takes in memory: enough to know where to stop. */
final class CarriedSize {
    private static final long OBJECT = 24;

    private CarriedSize() {}

    /** Bytes of what {@link RefusedRecords#row} makes, or of a value within it, as Spark gives it to Java. */
    static long of(Object value) {
        long size = OBJECT;
        if (value instanceof CharSequence text) {
            size += 2L * text.length();
        } else if (value instanceof byte[] bytes) {
            size += bytes.length;
        } else if (value instanceof Row row) {
            for (int i = 0; i < row.length(); i++) {
                size += of(row.get(i));
            }
        } else if (value instanceof scala.collection.Seq<?> elements) {
            for (Object element : JavaConverters.seqAsJavaList(elements)) {
                size += of(element);
            }
        }
        return size;
    }
}
