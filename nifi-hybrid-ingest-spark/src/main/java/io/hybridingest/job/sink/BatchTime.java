package io.hybridingest.job.sink;

import static org.apache.spark.sql.functions.udf;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** The time of a micro-batch as a column. */
public final class BatchTime {
    private BatchTime() {}

    /**
     * One instant for every row. A literal would become part of the code that Spark generates, which would be another one,
     * and be compiled, with every micro-batch.
     *
     * @param any any text column of the rows: without one the value would be folded into a literal
     */
    public static Column column(Instant at, Column any) {
        Timestamp timestamp = Timestamp.from(at);
        return udf((UDF1<String, Timestamp>) row -> timestamp, DataTypes.TimestampType)
                .apply(any);
    }
}
