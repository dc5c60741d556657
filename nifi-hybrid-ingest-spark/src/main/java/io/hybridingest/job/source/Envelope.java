package io.hybridingest.job.source;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Names of the columns that travel beside a record from the source to the sinks. None can be a field of an Avro schema's user. */
public final class Envelope {
    /** Where the record came from: {@code topic-partition-offset} or {@code file#index}. */
    public static final String ORIGIN = "__origin";

    /** The stage at which the record failed, {@code read} or {@code decode}; null where it did not. */
    public static final String STAGE = "__stage";

    /** Reason code of the failure, null where there is none. */
    public static final String PROBLEM = "__problem";

    /** A sentence about the failure. */
    public static final String MESSAGE = "__message";

    /** The bytes as they came, of records that failed. */
    public static final String ORIGINAL = "__original";

    /** Time of the Kafka message in milliseconds, which is the event time; null for files. */
    public static final String EVENT_MILLIS = "__event_millis";

    /** Avro binary of a record that is not decoded yet. */
    static final String BODY = "__body";

    /** All columns that stay beside a decoded record. */
    public static final List<String> COLUMNS = List.of(ORIGIN, STAGE, PROBLEM, MESSAGE, ORIGINAL, EVENT_MILLIS);

    /** What a source gives: an Avro body or a problem. */
    static final StructType ENCODED = new StructType(new StructField[] {
        field(BODY, DataTypes.BinaryType),
        field(ORIGIN, DataTypes.StringType),
        field(STAGE, DataTypes.StringType),
        field(PROBLEM, DataTypes.StringType),
        field(MESSAGE, DataTypes.StringType),
        field(ORIGINAL, DataTypes.BinaryType),
        field(EVENT_MILLIS, DataTypes.LongType)
    });

    private Envelope() {}

    static Column[] columns() {
        return COLUMNS.stream().map(Column::new).toArray(Column[]::new);
    }

    private static StructField field(String name, org.apache.spark.sql.types.DataType type) {
        return new StructField(name, type, true, Metadata.empty());
    }
}
