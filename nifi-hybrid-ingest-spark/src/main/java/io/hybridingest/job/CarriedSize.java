package io.hybridingest.job;

import java.util.Map;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/** About how many bytes a value takes in memory: enough to know where to stop. */
final class CarriedSize {
    private static final long OBJECT = 24;

    private CarriedSize() {}

    /** Bytes of a column's value, as Spark gives it to Java; values within it count too. */
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
        } else if (value instanceof scala.collection.Map<?, ?> entries) {
            for (Map.Entry<?, ?> entry : JavaConverters.mapAsJavaMap(entries).entrySet()) {
                size += of(entry.getKey()) + of(entry.getValue());
            }
        }
        return size;
    }
}
