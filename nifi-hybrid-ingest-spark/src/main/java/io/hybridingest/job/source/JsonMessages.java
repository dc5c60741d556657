package io.hybridingest.job.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.to_timestamp;
import static org.apache.spark.sql.functions.when;

import io.hybridingest.pipeline.SystemFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Decodes messages of one JSON object each.
 *
 * <p>Bytes are Base64, dates {@code yyyy-MM-dd}; a timestamp is ISO-8601 text or a number in the unit of its Avro type.
 * Timestamps inside nested values must be ISO-8601 text.
 */
final class JsonMessages {
    /** Column of what a source found wrong already: a code, null where nothing is. */
    static final String GIVEN_PROBLEM = "__given_problem";

    /** A sentence about it. */
    static final String GIVEN_MESSAGE = "__given_message";

    private static final String CORRUPT = "__corrupt";
    private static final String MISSING = "__missing";
    private static final String RECORD = "__record";
    private static final String WHOLE_NUMBER = "^-?[0-9]+$";
    private static final long MICROS_PER_MILLI = 1000;

    private JsonMessages() {}

    static Dataset<Row> decode(Dataset<Row> messages, Schema wire) {
        Column none = lit(null).cast(DataTypes.StringType);
        return decodeGiven(messages.withColumn(GIVEN_PROBLEM, none).withColumn(GIVEN_MESSAGE, none), wire);
    }

    /**
     * Decodes values of which a source has refused some.
     *
     * @param messages as {@link FileValues#COLUMNS} has it
     */
    static Dataset<Row> decodeGiven(Dataset<Row> messages, Schema wire) {
        StructType target = AvroBodies.columns(messages.sparkSession(), wire.toString());
        StructType parsed = new StructType();
        for (StructField field : target.fields()) {
            parsed = parsed.add(field.name(), isTimestamp(field) ? DataTypes.StringType : field.dataType(), true);
        }
        parsed = parsed.add(CORRUPT, DataTypes.StringType, true);
        Column record = from_json(
                col("value").cast(DataTypes.StringType),
                parsed,
                Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", CORRUPT));
        List<Column> columns = new ArrayList<>();
        for (StructField field : target.fields()) {
            Column value = col(RECORD).getField(field.name());
            columns.add((isTimestamp(field)
                            ? timestamp(value, wire.getField(field.name()).schema())
                            : value)
                    .cast(field.dataType())
                    .as(field.name()));
        }
        columns.add(col(RECORD).getField(CORRUPT).as(CORRUPT));
        columns.addAll(List.of(
                col("value"),
                col(Envelope.ORIGIN),
                col(Envelope.EVENT_MILLIS),
                col(GIVEN_PROBLEM),
                col(GIVEN_MESSAGE)));
        Dataset<Row> typed = messages.withColumn(RECORD, record)
                .select(columns.toArray(Column[]::new))
                .withColumn(MISSING, missing(wire));
        return withProblems(typed, target);
    }

    /** The first field that must have a value and has none. All alternatives are on one level: Spark's planner takes twice as long for each level. */
    private static Column missing(Schema wire) {
        Stream<Column> none = Stream.of(lit(null).cast(DataTypes.StringType));
        Stream<Column> missing = wire.getFields().stream()
                .filter(field -> !field.schema().isNullable())
                .map(field -> when(col(field.name()).isNull(), lit(field.name())));
        return coalesce(Stream.concat(missing, none).toArray(Column[]::new));
    }

    private static Dataset<Row> withProblems(Dataset<Row> typed, StructType target) {
        Column missing = col(MISSING);
        Column broken = col(CORRUPT).isNotNull().or(col("value").isNull());
        Column given = col(GIVEN_PROBLEM);
        Column problem = when(given.isNotNull(), given)
                .when(broken, lit(SingleObjects.UNDECODABLE))
                .when(col(SystemFields.INGEST_ID).isNull(), lit(SingleObjects.NOT_PREPARED))
                .when(missing.isNotNull(), lit("missing-field"));
        Column message = when(given.isNotNull(), col(GIVEN_MESSAGE))
                .when(broken, lit("The message is no JSON object of the pipeline's fields"))
                .when(
                        missing.isNotNull(),
                        concat(lit("The field "), missing, lit(" has no value that the pipeline's schema can take")));
        List<Column> columns = new ArrayList<>();
        for (String name : target.fieldNames()) {
            columns.add(col(name));
        }
        columns.addAll(List.of(
                col(Envelope.ORIGIN),
                when(given.equalTo(FileValues.DAMAGED), lit("read"))
                        .when(problem.isNotNull(), lit("decode"))
                        .as(Envelope.STAGE),
                problem.as(Envelope.PROBLEM),
                message.as(Envelope.MESSAGE),
                when(problem.isNotNull(), coalesce(col("value"), lit(new byte[0])))
                        .as(Envelope.ORIGINAL),
                col(Envelope.EVENT_MILLIS)));
        return typed.select(columns.toArray(Column[]::new));
    }

    private static boolean isTimestamp(StructField field) {
        DataType type = field.dataType();
        return type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType);
    }

    private static Column timestamp(Column text, Schema schema) {
        Column number = text.cast(DataTypes.LongType);
        Column micros = isMillis(schema) ? number.multiply(lit(MICROS_PER_MILLI)) : number;
        return when(text.rlike(WHOLE_NUMBER), timestamp_micros(micros)).otherwise(to_timestamp(text));
    }

    private static boolean isMillis(Schema schema) {
        return schema.getType() == Schema.Type.UNION
                ? schema.getTypes().stream().anyMatch(JsonMessages::isMillis)
                : schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                        || schema.getLogicalType() instanceof LogicalTypes.LocalTimestampMillis;
    }
}
